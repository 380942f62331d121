// Runs on any Node: says what is missing instead of failing somewhere inside.
'use strict';
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Borderwatch needs Node 24 and got ${process.versions.node}. \`npm ci\` installs one beside the project; ` +
      'if it ran with --ignore-scripts, run `npm rebuild node`, or use Node 24 or later yourself.',
  );
  process.exit(1);
}
