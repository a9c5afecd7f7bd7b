// A real OpenID provider on a loopback port: node openid-provider.mjs PORT REDIRECT_URI. Anybody can be anybody there.
// It says "ready" when it is.

import Provider from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
        {
            client_id: 'the-gateway',
            client_secret: 'a secret: with % and &',
            redirect_uris: [redirectUri],
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
        },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'groups'] },
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
            sub: id,
            preferred_username: id,
            email: `${id}@example.com`,
            email_verified: true,
            groups: ['Staff'],
        }),
    }),
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
