// Programs that the tests start. Each gets a process group of its own, so that stopping one stops what it started.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long a program may take to end after it was told to, before it is killed. */
const STOP_TIMEOUT_MILLIS = 15_000;

const running = new Set();

export class Child {
    #process;
    #ended;
    #lastLines = [];

    /** Starts a program; what it says on stderr is kept for error messages, or shown where GATEWAY_LOG is set. */
    static start(command, args, options = {}) {
        return new Child(command, args, options);
    }

    constructor(command, args, { env = {}, cwd } = {}) {
        this.name = command;
        this.#process = spawn(command, args, {
            cwd,
            env: { ...process.env, ...env },
            stdio: ['ignore', 'pipe', 'pipe'],
            detached: true,
        });
        running.add(this);
        this.#ended = new Promise((resolve) => {
            this.#process.once('error', (error) => resolve({ error: `cannot be started: ${error.message}` }));
            this.#process.once('close', (code, signal) => resolve({ code, signal }));
        });
        this.#ended.then(() => running.delete(this));
        createInterface({ input: this.#process.stderr }).on('line', (line) => {
            this.#lastLines = [...this.#lastLines.slice(-39), line];
            if (process.env.GATEWAY_LOG) {
                process.stderr.write(`[${this.name}] ${line}\n`);
            }
        });
        this.stdout = createInterface({ input: this.#process.stdout });
    }

    /** The first line on stdout that `accepts` takes; an error where the program ends, or the time is over, before. */
    async line(accepts, timeoutMillis) {
        let timer;
        try {
            return await Promise.race([
                new Promise((resolve) => this.stdout.on('line', (line) => accepts(line) && resolve(line))),
                this.#ended.then((end) => {
                    throw new Error(this.#describe(`ended before it was ready: ${JSON.stringify(end)}`));
                }),
                new Promise((_, reject) => {
                    const tooLate = () => reject(new Error(this.#describe(`was not ready in ${timeoutMillis} ms`)));
                    timer = setTimeout(tooLate, timeoutMillis);
                }),
            ]);
        } finally {
            clearTimeout(timer);
        }
    }

    /** Ends it and returns how it ended: `{ code, signal }`, or `{ error }` where it never began. */
    async stop() {
        this.#signal('SIGTERM');
        const kill = setTimeout(() => this.#signal('SIGKILL'), STOP_TIMEOUT_MILLIS);
        try {
            return await this.#ended;
        } finally {
            clearTimeout(kill);
        }
    }

    /** Ends it with all it started, without waiting. */
    kill() {
        this.#signal('SIGKILL');
    }

    #signal(signal) {
        if (!running.has(this) || this.#process.pid === undefined) {
            return;
        }
        try {
            process.kill(-this.#process.pid, signal);
        } catch (error) {
            if (error.code !== 'ESRCH') {
                throw error;
            }
        }
    }

    #describe(what) {
        return [`${this.name} ${what}. The last it said:`, ...this.#lastLines].join('\n  ');
    }
}

process.once('exit', () => running.forEach((child) => child.kill()));
for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) {
    process.once(signal, () => process.exit(128 + number));
}
