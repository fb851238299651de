/** What a refresh token names. Its last part, a MAC over these two, is made and checked outside. */
export interface RefreshTokenName {
  readonly familyId: string;
  readonly generation: number;
}

const FORMAT = /^mrt_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_(\d{1,9})_[A-Za-z0-9_-]{43}$/;

/** `mrt_<family>_<generation>_<mac>`; the prefix lets secret scanners know it. */
export function formatRefreshToken({ familyId, generation }: RefreshTokenName, mac: string): string {
  return `mrt_${familyId.replaceAll('-', '')}_${generation}_${mac}`;
}

/** What the text claims to be; whether it is, only the MAC says. */
export function parseRefreshToken(token: string): RefreshTokenName | undefined {
  const [, a, b, c, d, e, generation] = FORMAT.exec(token) ?? [];
  return generation === undefined ? undefined : { familyId: [a, b, c, d, e].join('-'), generation: Number(generation) };
}
