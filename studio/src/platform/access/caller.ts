/** Who is asking, as far as authentication knows. What they may do is `WorkspaceAccess`. */
export interface Caller {
  readonly userId: string;
  /** `cookie`: a browser's session. `bearer`: a daemon's or script's access token. */
  readonly via: 'cookie' | 'bearer';
  /** The web session's or refresh family's id: what a revocation names. */
  readonly grantId: string;
  /** When the presented credential runs out; an open socket is closed (4401) unless it is renewed before. */
  readonly expiresAt: Date;
  /** A bearer token reaches one workspace, and perhaps only some of its projects. `null`: everything the user may reach. */
  readonly reach: { readonly workspaceId: string; readonly projectIds: readonly string[] | null } | null;
}
