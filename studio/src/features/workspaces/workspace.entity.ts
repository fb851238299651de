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
