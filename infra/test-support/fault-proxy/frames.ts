/** One WebSocket frame (RFC 6455, section 5.2) as it came: `bytes` are the frame whole, mask and all. */
export interface Frame {
  readonly bytes: Buffer;
  /** The text of an unfragmented text frame, unmasked; `undefined` for every other frame. */
  readonly text: string | undefined;
}

const TEXT = 1;

/** Cuts a stream of bytes into frames, however it arrives. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Frame[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const frames: Frame[] = [];
    for (let length = frameLength(this.rest); length !== undefined && length <= this.rest.length; length = frameLength(this.rest)) {
      frames.push(readFrame(this.rest.subarray(0, length)));
      this.rest = this.rest.subarray(length);
    }
    return frames;
  }
}

interface Header {
  readonly payloadAt: number;
  readonly payload: number;
  readonly maskAt: number | undefined;
}

function headerOf(bytes: Buffer): Header | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extra) return undefined;
  const payload = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const masked = (bytes.readUInt8(1) & 0x80) !== 0;
  return { payload, maskAt: masked ? 2 + extra : undefined, payloadAt: 2 + extra + (masked ? 4 : 0) };
}

function frameLength(bytes: Buffer): number | undefined {
  const header = headerOf(bytes);
  return header === undefined ? undefined : header.payloadAt + header.payload;
}

function readFrame(bytes: Buffer): Frame {
  const header = headerOf(bytes);
  const first = bytes.readUInt8(0);
  const whole = (first & 0x80) !== 0 && (first & 0x0f) === TEXT;
  if (header === undefined || !whole) return { bytes, text: undefined };
  const payload = Buffer.from(bytes.subarray(header.payloadAt));
  if (header.maskAt !== undefined) for (let index = 0; index < payload.length; index += 1) payload.writeUInt8(payload.readUInt8(index) ^ bytes.readUInt8(header.maskAt + (index % 4)), index);
  return { bytes, text: payload.toString('utf8') };
}
