import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('workspaces')
export class WorkspaceEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('uuid', { nullable: true })
  createdBy!: string | null;

  /** Set by the database. */
  @Column({ type: 'timestamptz', insert: false, update: false })
  createdAt!: Date;
}

/** An ability that members have and tasks ask for. */
@Entity('skills')
export class SkillEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  workspaceId!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  colour!: string | null;

  @Column('text', { array: true })
  synonyms!: string[];
}
