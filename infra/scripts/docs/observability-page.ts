import { code, paragraphs, table } from './markdown.js';

/** A metric as the text format of Prometheus introduces it. */
interface Described {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** @param exposition what a studio answers to `GET /metrics`. */
export function observabilityPage(exposition: string): string {
  const metrics = described(exposition);
  const isOwn = ({ name }: Described) => !/^maestro_(process|nodejs)_/.test(name);
  return paragraphs(
    '# Watching Maestro',
    '## Metrics',
    `\`GET /metrics\` of each studio, in the text format of Prometheus. Numbers only: no names, no ids. What is counted in the database is the same in every
studio of an installation: take the maximum of them. What a studio counts of itself is added up.
[infra/grafana/maestro.json](../grafana/maestro.json) is a dashboard of these.`,
    table(['metric', 'type', 'meaning'], metrics.filter(isOwn).map(({ name, type, help }) => [code(name), type, help])),
    `Besides these, ${metrics.filter((metric) => !isOwn(metric)).length} metrics about the process itself, named \`maestro_process_…\` and \`maestro_nodejs_…\`.`,
    '## Traces',
    `With \`OTEL_EXPORTER_OTLP_ENDPOINT\` set, spans go to an OpenTelemetry collector over HTTP. A trace begins with what a person does in the browser,
or with the \`traceparent\` that a caller sends. It goes on through the request, the dispatch that the request made due, the claim, the run on
the machine, and every call of that machine about the run; and what those calls make due is in the same trace again. The agent finds its place in
\`TRACEPARENT\`. The daemon has the same setting for its own spans; without it, it hands the studio's trace on. Spans hold names, ids, codes and
route patterns, from a closed list: never titles, prompts, file contents or messages of errors. Without the setting nothing is made, stored or sent,
and the SDK of OpenTelemetry is not even loaded. A collector that is away costs its spans and nothing else; whoever stops waits 3 s for it at most.`,
    '## Logs',
    `The studio writes one JSON object per line to standard error. A line that is about something says so, however deep it was written: \`workspace\`, \`project\`,
\`plan\`, \`task\`, \`run\`, \`session\`, and \`trace\` where there is one. The daemon's log (\`maestro logs\`) names \`run\`, \`task\` and \`plan\` likewise.
Secrets are replaced, and bodies of requests are never logged.`,
  );
}

function described(exposition: string): readonly Described[] {
  const types = new Map([...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  return [...exposition.matchAll(/^# HELP (\S+) (.*)$/gm)]
    .map(([, name = '', help = '']) => ({ name, help, type: types.get(name) ?? '' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
