// Runs the official conformance suite of MCP. It needs a newer Node than the other tests, which comes with the packages.

import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const NODE = Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : require.resolve('node/bin/node');
const SUITE = path.join(path.dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js');

/**
 * Runs the suite to its end.
 *
 * @param onOutput is told all that was printed so far, and how to end the suite, whenever it prints something
 * @returns its exit code and what it printed
 */
export function runSuite(args, onOutput = () => {}) {
    const suite = spawn(NODE, [SUITE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => suite.kill();
    process.once('exit', stop);
    let output = '';
    const read = (chunk) => {
        output += chunk;
        onOutput(output, stop);
    };
    suite.stdout.on('data', read);
    suite.stderr.on('data', read);
    return new Promise((resolve) =>
        suite.once('close', (code) => {
            process.off('exit', stop);
            resolve({ code, output });
        }),
    );
}

/** Every check that the suite wrote down. */
export async function checksIn(folder) {
    const names = (await readdir(folder, { recursive: true })).filter((name) => path.basename(name) === 'checks.json');
    const files = await Promise.all(names.sort().map((name) => readFile(path.join(folder, name), 'utf8')));
    return files.flatMap((file) => JSON.parse(file));
}

/** The same in one line each, in a fixed order. */
export async function verdictsIn(folder) {
    return (await checksIn(folder)).map(({ id, status }) => `${id} ${status}`).sort();
}
