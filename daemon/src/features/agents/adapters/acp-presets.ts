/** An agent that speaks the Agent Client Protocol, as data. A new one is a new row. */
export interface AcpPreset {
  /** As in `--agent <name>`. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Variables it reads, besides the common ones; see `agentEnvironment`. */
  readonly variables: readonly string[];
  /** What to do when it is not signed in. */
  readonly signIn: string;
  /** Whether Maestro's own tests drive it. The others follow their makers' documentation and were not run here. */
  readonly tried: boolean;
}

export const ACP_PRESETS: readonly AcpPreset[] = [
  { name: 'gemini', title: 'Gemini CLI', command: 'gemini', args: ['--acp'], variables: ['GEMINI_*', 'GOOGLE_*'], signIn: 'Run `gemini` once and sign in, or set GEMINI_API_KEY.', tried: false },
  { name: 'opencode', title: 'OpenCode', command: 'opencode', args: ['acp'], variables: ['OPENCODE_*', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'], signIn: 'Run `opencode auth login`.', tried: false },
  { name: 'goose', title: 'Goose', command: 'goose', args: ['acp'], variables: ['GOOSE_*', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GOOGLE_API_KEY', 'OPENROUTER_API_KEY'], signIn: 'Run `goose configure`.', tried: false },
  { name: 'qwen', title: 'Qwen Code', command: 'qwen', args: ['--acp'], variables: ['QWEN_*', 'OPENAI_*', 'DASHSCOPE_API_KEY'], signIn: 'Run `qwen` once and sign in.', tried: false },
  { name: 'kimi', title: 'Kimi CLI', command: 'kimi', args: ['acp'], variables: ['KIMI_*', 'MOONSHOT_*'], signIn: 'Run `kimi` once and use /login.', tried: false },
  { name: 'cursor', title: 'Cursor', command: 'cursor-agent', args: ['acp'], variables: ['CURSOR_*'], signIn: 'Run `cursor-agent login`, or set CURSOR_API_KEY.', tried: false },
  { name: 'copilot', title: 'GitHub Copilot CLI', command: 'copilot', args: ['--acp'], variables: ['COPILOT_*', 'GH_TOKEN', 'GITHUB_TOKEN'], signIn: 'Run `copilot` once and use /login.', tried: false },
  { name: 'auggie', title: 'Auggie', command: 'auggie', args: ['--acp'], variables: ['AUGMENT_*'], signIn: 'Run `auggie login`.', tried: false },
];
