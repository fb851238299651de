/** What the agents of hostile lanes do, as commands of a shell in the lane. */

const HOOKS = ['post-checkout', 'post-commit', 'post-index-change', 'post-merge', 'pre-commit', 'pre-merge-commit', 'pre-push', 'pre-receive', 'reference-transaction', 'update'];

/** Everything in a repository that names a program, and a second file of it by an include. */
export const plantPrograms = (evil: string, included: string): string => `
for hook in ${HOOKS.join(' ')}; do cp '${evil}' .git/hooks/$hook; done
cat >> .git/config <<END
[core]
	fsmonitor = ${evil}
	sshCommand = ${evil}
	alternateRefsCommand = ${evil}
[filter "evil"]
	clean = ${evil}
	smudge = ${evil}
	process = ${evil}
[merge "evil"]
	driver = ${evil}
[diff]
	external = ${evil}
[remote "origin"]
	url = .
	promisor = true
	uploadpack = ${evil}
[include]
	path = ${included}
END
printf '[uploadpack]\\n\\tpackObjectsHook = %s\\n[gpg]\\n\\tprogram = %s\\n[commit]\\n\\tgpgSign = true\\n' '${evil}' '${evil}' > '${included}'
echo '* filter=evil diff=evil merge=evil' > .git/info/attributes
mkdir -p programs && echo '* filter=evil diff=evil merge=evil' > programs/.gitattributes && echo there > programs/code.txt
`;

/** One thing after another, each time that the agent gets its work back: the number of the round is kept in a file. */
export const rounds = (counter: string, ...commands: readonly string[]): string =>
  `n=$(cat '${counter}' 2>/dev/null || echo 0); n=$((n + 1)); echo $n > '${counter}'\ncase $n in\n${commands.map((command, at) => `${at + 1}) ${command} ;;`).join('\n')}\n*) exit 1 ;;\nesac`;

/** Names, one after another: each but the last is given back. */
export const NAMES = [
  // One file on half of all machines, by case and by the form of a letter.
  'echo a > Case.txt; echo b > case.txt',
  "rm case.txt; printf x > \"$(printf 'e\\314\\201.txt')\"; printf y > \"$(printf '\\303\\251.txt')\"",
  "rm \"$(printf 'e\\314\\201.txt')\"; printf x > \"$(printf 'odd\\033]52;c;eA==\\007.txt')\"",
  // Unusual, and taken as it is.
  "rm odd*; echo dashed > ./-rf; echo magic > ':(exclude)x'; echo long > \"$(printf '%0240d' 7)\"",
] as const;

/** Repositories in the lane, one after another: each but the last is given back. */
export const NESTED = [
  'mkdir -p vendor/lib && cd vendor/lib && echo int > a.c && git init -q && git add a.c && git -c user.name=A -c user.email=a@b.c commit -q -m nested',
  "rm -rf vendor/lib/.git; printf '[submodule \"x\"]\\n\\tpath = x\\n\\turl = ext::sh -c touch%%20%s\\n' \"$RAN\" > .gitmodules",
  'rm .gitmodules; mkdir -p vendor/new && git init -q vendor/new',
  'rm -rf vendor/new; echo told > nested.txt',
] as const;

/** What is not shown to git: by its index, by its own exclude file, and by saying that history is another one. */
export const HIDDEN = `git update-index --assume-unchanged README.md && echo changed >> README.md
echo '*' > .git/info/exclude && echo here > hidden.txt
git replace -f HEAD $(git commit-tree HEAD^{tree} -m another)`;

/** A folder whose path is longer than the system takes in one piece. */
export const DEEP = 'd=$(printf "%0200d" 0); for i in $(seq 25); do mkdir $d && cd -P ./$d || exit 1; done; echo far > down.txt';
