import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { ErrorCode, WIRE_ERRORS, createRegistry, createService, defineMethod, errorCodeOfNumber, listen, refuse, serve, toOpenRpc } from './index.js';
import type { Method, Peer } from './index.js';

const base = { name: 'run/claim', direction: 'daemon-to-studio', kind: 'request', action: 'run.claim', doc: 'Takes a run.', errors: [ErrorCode.staleEpoch] } as const;
const claim = defineMethod({ ...base, params: z.strictObject({ opId: z.string(), since: z.iso.datetime().optional() }), result: z.strictObject({ epoch: z.number().int() }), mutating: true });
const ping = defineMethod({ name: 'session/ping', direction: 'daemon-to-studio', kind: 'notification', params: z.strictObject({}), action: 'session', mutating: false, doc: 'A hint.' });

describe('defineMethod', () => {
  it('refuses a mutating method without opId, by type and at load', () => {
    expect(() =>
      defineMethod({
        ...base,
        // @ts-expect-error a mutating method's params carry opId
        params: z.strictObject({ run: z.string() }),
        result: z.null(),
        mutating: true,
      }),
    ).toThrow('opId');
  });

  it('refuses a bad name, an empty doc, and the peer\'s own errors', () => {
    const rest = { params: z.strictObject({}), result: z.null(), mutating: false } as const;
    for (const name of ['claim', '$/cancel', 'Run/claim', 'run/claim/x', '__proto__']) expect(() => defineMethod({ ...base, ...rest, name })).toThrow('noun/verb');
    expect(() => defineMethod({ ...base, ...rest, doc: ' ' })).toThrow('doc');
    expect(() => defineMethod({ ...base, ...rest, errors: [ErrorCode.staleEpoch, ErrorCode.staleEpoch] })).toThrow('twice');
    // @ts-expect-error the peer's own errors are not a handler's
    expect(() => defineMethod({ ...base, ...rest, errors: [ErrorCode.internal] })).toThrow('internal');
  });

  it('carries its types to caller and handler', () => {
    const call = (peer: Peer<'daemon-to-studio'>) => peer.request(claim, { opId: 'o' });
    expectTypeOf(call).returns.resolves.toEqualTypeOf<{ epoch: number }>();
    const wrong = (peer: Peer<'studio-to-daemon'>) => {
      // @ts-expect-error this peer calls the other direction
      void peer.request(claim, { opId: 'o' });
      // @ts-expect-error a notification is not requested
      void peer.request(ping, {});
    };
    expect(wrong).toBeTypeOf('function');
    serve(claim, (params) => {
      expectTypeOf(params.opId).toEqualTypeOf<string>();
      return refuse('stale_epoch', 'Gone.');
    });
    // @ts-expect-error not_found is not declared by the method
    serve(claim, () => refuse('not_found', 'Gone.'));
    // @ts-expect-error the result has a number
    serve(claim, () => ({ epoch: 'one' }));
  });
});

describe('registry and service', () => {
  it('refuses two methods of one name', () => {
    expect(() => createRegistry([claim, ping, claim])).toThrow('run/claim is defined twice');
  });

  it('refuses handlers that do not fit, and names what has none', () => {
    const registry = createRegistry([claim, ping]);
    const stranger: Method = { ...claim, name: 'run/other' };
    const options = { registry, direction: 'daemon-to-studio', authorize: () => undefined } as const;
    const one = listen(ping, () => undefined);
    expect(createService({ ...options, handlers: [one] }).unserved).toEqual(['run/claim']);
    expect(() => createService({ ...options, handlers: [one, one] })).toThrow('two handlers');
    expect(() => createService({ ...options, handlers: [{ ...one, method: stranger }] })).toThrow('not in the registry');
    expect(() => createService({ ...options, direction: 'studio-to-daemon', handlers: [one] })).toThrow('cannot be served');
  });
});

describe('wire errors', () => {
  it('have one number each, and JSON-RPC\'s own where it has one', () => {
    const codes = Object.values(ErrorCode);
    expect(new Set(codes.map((code) => WIRE_ERRORS[code].number)).size).toBe(codes.length);
    for (const code of codes) expect(errorCodeOfNumber(WIRE_ERRORS[code].number)).toBe(code);
    expect(errorCodeOfNumber(12345)).toBeUndefined();
    for (const [code, number] of [['parse_error', -32700], ['invalid_request', -32600], ['method_not_found', -32601], ['invalid_params', -32602], ['internal', -32603]] as const) {
      expect(WIRE_ERRORS[code].number).toBe(number);
    }
  });
});

describe('toOpenRpc', () => {
  it('describes params by name, answers, errors and what OpenRPC has no word for', () => {
    const document = toOpenRpc(createRegistry([ping, claim]), { title: 'Maestro daemon protocol', version: '1.0' });
    expect(document).toEqual({
      openrpc: '1.3.2',
      info: { title: 'Maestro daemon protocol', version: '1.0' },
      methods: [
        {
          name: 'run/claim',
          description: 'Takes a run.',
          tags: [{ name: 'daemon-to-studio' }],
          paramStructure: 'by-name',
          params: [
            { name: 'opId', required: true, schema: { type: 'string' } },
            { name: 'since', required: false, schema: expect.objectContaining({ type: 'string', format: 'date-time' }) as unknown },
          ],
          result: { name: 'result', schema: expect.objectContaining({ type: 'object', required: ['epoch'] }) as unknown },
          errors: [{ code: 4091, message: 'Stale epoch', data: { code: 'stale_epoch' } }],
          'x-maestro': { direction: 'daemon-to-studio', kind: 'request', mutating: true, action: 'run.claim' },
        },
        {
          name: 'session/ping',
          description: 'A hint.',
          tags: [{ name: 'daemon-to-studio' }],
          paramStructure: 'by-name',
          params: [],
          'x-maestro': { direction: 'daemon-to-studio', kind: 'notification', mutating: false, action: 'session' },
        },
      ],
    });
  });

  it('refuses a schema that cannot be on the wire', () => {
    const dated = defineMethod({ ...base, params: z.strictObject({ at: z.date() }), result: z.null(), mutating: false });
    expect(() => toOpenRpc(createRegistry([dated]), { title: 't', version: '1.0' })).toThrow('run/claim');
  });
});
