// Ports on this machine.

import { createServer } from 'node:net';

/** A port of the loopback address that nobody listens at. */
export function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer()
            .once('error', reject)
            .listen(0, '127.0.0.1', () => {
                const { port } = server.address();
                server.close(() => resolve(port));
            });
    });
}
