import { code, paragraphs, table } from './markdown.js';

/** One setting, as the configuration of a program describes it; `doc` says what unit and default leave out. */
export interface Setting {
  readonly env: string;
  readonly unit?: string;
  readonly default?: string;
  readonly doc: string;
}

export interface Program {
  readonly title: string;
  readonly introduction: string;
  readonly settings: readonly Setting[];
}

export function configurationPage(programs: readonly Program[]): string {
  return paragraphs(
    '# Configuration',
    'Everything has a default; no setting is needed to start. An empty variable counts as one that is not set.',
    ...programs.map(({ title, introduction, settings }) =>
      paragraphs(
        `## ${title}`,
        introduction,
        table(
          ['variable', 'unit', 'default', 'meaning'],
          settings.map((setting) => [code(setting.env), setting.unit ?? '', setting.default === undefined ? '' : code(setting.default), setting.doc]),
        ),
      ),
    ),
    'The rules of a project are not settings of a program: see [policy.md](policy.md).',
  );
}
