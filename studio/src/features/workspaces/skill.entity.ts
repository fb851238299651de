import { Column, Entity, PrimaryColumn } from 'typeorm';

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
