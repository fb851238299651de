import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person, or a machine that was invited as a member of its own. */
@Entity('users')
export class UserEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** Lower case; `null` for whoever signs in by token or link only. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('boolean')
  isOperator!: boolean;

  /** Set by the database. */
  @Column({ type: 'timestamptz', insert: false, update: false })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  disabledAt!: Date | null;
}
