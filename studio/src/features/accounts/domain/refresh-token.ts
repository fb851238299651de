/** What a refresh token names. Its third part, a MAC over these two, is made and checked outside. */
export interface RefreshTokenName {
  readonly familyId: string;
  readonly generation: number;
}

const FORMAT = /^mrt_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_(\d{1,9})_([A-Za-z0-9_-]{43})$/;

/** `mrt_<family>_<generation>_<mac>`; the prefix lets secret scanners know it. */
export function formatRefreshToken({ familyId, generation }: RefreshTokenName, mac: string): string {
  return `mrt_${familyId.replaceAll('-', '')}_${generation}_${mac}`;
}

export function parseRefreshToken(token: string): { readonly name: RefreshTokenName; readonly mac: string } | undefined {
  const [, a, b, c, d, e, generation, mac] = FORMAT.exec(token) ?? [];
  if (generation === undefined || mac === undefined) return undefined;
  return { name: { familyId: [a, b, c, d, e].join('-'), generation: Number(generation) }, mac };
}
