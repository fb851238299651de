import type { ParseIssue, Position } from './parse-result.js';
import { quote } from './parse-result.js';
import { PROPOSAL_LIMITS, TASK_KEY, parseEstimate } from './proposal-schema.js';
import type { SkillLevel } from './skills.js';
import { parseSkill } from './skills.js';
import type { SourceNode } from './source-node.js';
import { normalizeText, oneLine, unstorable } from './text-form.js';

/** A task as far as it could be read, with the places that later rules point at. */
export interface DraftTask {
  readonly key: { readonly text: string; readonly at: Position } | undefined;
  readonly at: Position;
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly dependsOn: readonly { readonly key: string; readonly at: Position; readonly path: string }[];
  readonly skills: readonly (SkillLevel & { readonly at: Position; readonly path: string })[];
  readonly estimateMinutes: number | undefined;
  readonly priority: number | undefined;
}

export interface DraftPhase {
  readonly title: string;
  readonly tasks: readonly DraftTask[];
}

export interface DraftProposal {
  readonly title: string | undefined;
  readonly goal: string | undefined;
  readonly phases: readonly DraftPhase[];
}

type Fields<Name extends string> = { readonly at: Position; readonly path: string; readonly values: ReadonlyMap<Name, Field> };
interface Field {
  readonly node: SourceNode;
  readonly keyAt: Position;
  readonly path: string;
}

const PLAN_FIELDS = { title: 'title', goal: 'goal', phases: 'phases' } as const;
const PHASE_FIELDS = { title: 'title', tasks: 'tasks' } as const;
const TASK_FIELDS = {
  key: 'key', title: 'title', description: 'description', acceptancecriteria: 'acceptanceCriteria', acceptance: 'acceptanceCriteria',
  dependson: 'dependsOn', skills: 'skills', estimate: 'estimate', estimateminutes: 'estimateMinutes', priority: 'priority',
} as const;
const SKILL_FIELDS = { slug: 'slug', min: 'min' } as const;

/**
 * Reads the shape of a proposal out of any of its formats and notes everything that is wrong with it. Reads on after a mistake, so
 * that its author learns of all of them at once; only past 500 tasks it stops, because then nothing of it will be taken.
 */
export class ProposalReader {
  readonly issues: ParseIssue[] = [];
  #tasks = 0;

  read(root: SourceNode): DraftProposal {
    const plan = this.#fields(root, '', PLAN_FIELDS, 'A proposal');
    const phasesField = plan.values.get('phases');
    if (phasesField === undefined && root.kind === 'map') this.#issue(plan.at, '', 'A proposal needs phases, each with its tasks.');
    const nodes = phasesField === undefined ? [] : this.#list(phasesField);
    if (nodes.length > PROPOSAL_LIMITS.phases) this.#issue(nodes[PROPOSAL_LIMITS.phases]?.at ?? plan.at, 'phases', `A proposal has at most ${PROPOSAL_LIMITS.phases} phases; this one has ${nodes.length}.`);
    const phases = nodes.slice(0, PROPOSAL_LIMITS.phases).map((node, index) => this.#phase(node, `phases[${index}]`));
    if (this.#tasks === 0 && this.issues.length === 0) this.#issue(plan.at, 'phases', 'A proposal needs at least one task.');
    return { title: this.#title(plan, 'plan', false), goal: this.#text(plan.values.get('goal'), PROPOSAL_LIMITS.goal), phases };
  }

  #phase(node: SourceNode, path: string): DraftPhase {
    const phase = this.#fields(node, path, PHASE_FIELDS, 'A phase');
    const field = phase.values.get('tasks');
    const nodes = field === undefined ? [] : this.#list(field);
    const room = Math.max(0, PROPOSAL_LIMITS.tasks - this.#tasks);
    if (nodes.length > room && this.#tasks <= PROPOSAL_LIMITS.tasks) {
      this.#issue(nodes[room]?.at ?? phase.at, `${path}.tasks`, `A proposal has at most ${PROPOSAL_LIMITS.tasks} tasks; this is number ${PROPOSAL_LIMITS.tasks + 1}. Make fewer and larger ones, or several plans.`);
    }
    this.#tasks += nodes.length;
    return { title: this.#title(phase, 'phase', node.kind === 'map') ?? '', tasks: nodes.slice(0, room).map((task, index) => this.#task(task, `${path}.tasks[${index}]`)) };
  }

  #task(node: SourceNode, path: string): DraftTask {
    const task = this.#fields(node, path, TASK_FIELDS, 'A task');
    const { values } = task;
    const criteria = values.get('acceptanceCriteria');
    const { dependencies, skills: maxSkills } = PROPOSAL_LIMITS;
    return {
      key: this.#key(values.get('key')),
      at: task.at,
      path,
      title: this.#title(task, 'task', node.kind === 'map') ?? '',
      description: this.#text(values.get('description'), PROPOSAL_LIMITS.description) ?? '',
      acceptanceCriteria: criteria === undefined ? [] : this.#criteria(criteria),
      dependsOn: this.#parts(values.get('dependsOn'), dependencies, 'dependencies').flatMap((part) => this.#dependency(part)),
      skills: this.#parts(values.get('skills'), maxSkills, 'skills').flatMap((part) => this.#skill(part)),
      estimateMinutes: this.#estimate(values.get('estimate'), values.get('estimateMinutes')),
      priority: this.#priority(values.get('priority')),
    };
  }

  /** The members of a map under their one name; spellings such as `depends_on` and `depends on` are one. */
  #fields<Names extends Readonly<Record<string, string>>>(node: SourceNode, path: string, names: Names, what: string): Fields<Names[keyof Names]> {
    const values = new Map<Names[keyof Names], Field>();
    if (node.kind !== 'map') {
      this.#issue(node.at, path, `${what} is an object with the members ${allowed(names)}.`);
      return { at: node.at, path, values };
    }
    const known = new Map(Object.entries(names) as [string, Names[keyof Names]][]);
    for (const entry of node.entries) {
      const name = known.get(entry.key.toLowerCase().replace(/[ _-]/g, ''));
      if (name === undefined) this.#issue(entry.keyAt, join(path, 'members'), `${what} has no member ${quote(entry.key)}; its members are ${allowed(names)}.`);
      else if (values.has(name)) this.#issue(entry.keyAt, join(path, name), `${name} appears twice here.`);
      else if (entry.value.kind !== 'scalar' || entry.value.value !== null) values.set(name, { node: entry.value, keyAt: entry.keyAt, path: join(path, name) });
    }
    return { at: node.at, path, values };
  }

  #title(fields: Fields<string>, what: string, required: boolean): string | undefined {
    const field = fields.values.get('title');
    const text = field === undefined ? undefined : this.#string(field);
    const title = text === undefined ? '' : oneLine(text);
    if (title === '') {
      if (required && (field === undefined || text !== undefined)) this.#issue(field?.node.at ?? fields.at, join(fields.path, 'title'), `This ${what} has no title; give it one.`);
      return undefined;
    }
    if (title.length > PROPOSAL_LIMITS.title) this.#tooLong(field, title.length, PROPOSAL_LIMITS.title);
    return title;
  }

  #text(field: Field | undefined, max: number): string | undefined {
    const raw = field === undefined ? undefined : this.#string(field);
    const text = raw === undefined ? '' : normalizeText(raw);
    if (text.length > max) this.#tooLong(field, text.length, max);
    return text === '' ? undefined : text;
  }

  #key(field: Field | undefined): DraftTask['key'] {
    const text = field === undefined ? undefined : this.#string(field)?.trim();
    if (field === undefined || text === undefined) return undefined;
    if (!TASK_KEY.test(text)) this.#issue(field.node.at, field.path, `${quote(text)} is no key: use up to ${PROPOSAL_LIMITS.key} letters, digits, dots, dashes and underscores, beginning with a letter or digit.`);
    return { text, at: field.node.at };
  }

  #criteria(field: Field): string[] {
    const nodes = field.node.kind === 'scalar' ? [field.node] : this.#list(field);
    if (nodes.length > PROPOSAL_LIMITS.criteria) this.#issue(field.node.at, field.path, `A task has at most ${PROPOSAL_LIMITS.criteria} acceptance criteria; this one has ${nodes.length}.`);
    return nodes.slice(0, PROPOSAL_LIMITS.criteria).flatMap((node, index) => {
      const part: Field = { node, keyAt: node.at, path: `${field.path}[${index}]` };
      const text = this.#string(part);
      if (text === undefined) return [];
      const criterion = oneLine(text);
      if (criterion === '') this.#issue(node.at, part.path, 'This acceptance criterion is empty; remove it or write it.');
      if (criterion.length > PROPOSAL_LIMITS.criterion) this.#tooLong(part, criterion.length, PROPOSAL_LIMITS.criterion);
      return criterion === '' ? [] : [criterion];
    });
  }

  /** A list, or one text with commas. */
  #parts(field: Field | undefined, max: number, what: string): Field[] {
    if (field === undefined) return [];
    const { node, path } = field;
    let nodes: readonly SourceNode[];
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      nodes = node.value.split(',').map((value) => ({ kind: 'scalar' as const, at: node.at, value: value.trim() }));
    } else nodes = this.#list(field);
    if (nodes.length > max) this.#issue(node.at, path, `A task has at most ${max} ${what}; this one has ${nodes.length}.`);
    return nodes.slice(0, max).map((part, index) => ({ node: part, keyAt: part.at, path: `${path}[${index}]` }));
  }

  #dependency(field: Field): DraftTask['dependsOn'] {
    const key = this.#string(field)?.trim();
    return key === undefined ? [] : [{ key, at: field.node.at, path: field.path }];
  }

  #skill(field: Field): DraftTask['skills'] {
    let text: string | undefined;
    if (field.node.kind === 'map') {
      const { values } = this.#fields(field.node, field.path, SKILL_FIELDS, 'A skill');
      const slug = values.get('slug');
      const min = values.get('min');
      const level = min === undefined ? undefined : this.#string(min);
      text = slug === undefined ? '' : this.#string(slug);
      if (text !== undefined && level !== undefined) text = `${text}:${level}`;
    } else text = this.#string(field);
    if (text === undefined) return [];
    const skill = parseSkill(text);
    if (skill.ok) return [{ ...skill.value, at: field.node.at, path: field.path }];
    this.#issue(field.node.at, field.path, `${quote(text)}: ${skill.message}.`);
    return [];
  }

  #estimate(estimate: Field | undefined, minutes: Field | undefined): number | undefined {
    const field = minutes ?? estimate;
    if (field === undefined) return undefined;
    if (minutes !== undefined && estimate !== undefined) this.#issue(estimate.keyAt, estimate.path, 'Give either estimate or estimateMinutes, not both.');
    const text = this.#string(field);
    if (text === undefined) return undefined;
    const value = minutes === undefined ? parseEstimate(text) : integer(text, 1, PROPOSAL_LIMITS.estimateMinutes);
    if (value === undefined) this.#issue(field.node.at, field.path, minutes === undefined ? `${quote(text)} is no estimate: write 2h, 90m, 1h30m or 1d (eight hours).` : `Write the minutes as a whole number from 1 to ${PROPOSAL_LIMITS.estimateMinutes}.`);
    return value;
  }

  #priority(field: Field | undefined): number | undefined {
    const text = field === undefined ? undefined : this.#string(field);
    if (field === undefined || text === undefined) return undefined;
    const { priority } = PROPOSAL_LIMITS;
    const value = integer(text, -priority, priority);
    if (value === undefined) this.#issue(field.node.at, field.path, `Write the priority as a whole number from -${priority} to ${priority}; higher goes first.`);
    return value;
  }

  #list(field: Field): readonly SourceNode[] {
    if (field.node.kind === 'list') return field.node.items;
    this.#issue(field.node.at, field.path, 'Write this as a list.');
    return [];
  }

  /** The text of a scalar; numbers as written in JSON count as text, since YAML and Markdown know no difference. */
  #string(field: Field): string | undefined {
    const { node } = field;
    if (node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')) {
      const text = String(node.value);
      if (unstorable(text)) this.#issue(node.at, field.path, 'This holds a control character or half of a surrogate pair; remove it.');
      return text;
    }
    this.#issue(node.at, field.path, 'Write this as text.');
    return undefined;
  }

  #tooLong(field: Field | undefined, length: number, max: number): void {
    if (field !== undefined) this.#issue(field.node.at, field.path, `This is ${length} characters long; at most ${max} are allowed.`);
  }

  #issue(at: Position, path: string, message: string): void {
    this.issues.push({ ...at, message, ...(path === '' ? {} : { path }) });
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function allowed(names: Readonly<Record<string, string>>): string {
  return [...new Set(Object.values(names))].join(', ');
}

function integer(text: string, min: number, max: number): number | undefined {
  const value = /^-?\d{1,7}$/.test(text.trim()) ? Number(text) : undefined;
  // `-0` is 0, so that a value survives being written and read.
  return value !== undefined && value >= min && value <= max ? value + 0 : undefined;
}
