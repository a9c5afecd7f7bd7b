// As much HTML as it takes to fill in a form.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** The forms of a page: `{ action, method, fields: [{ name, type, value }], buttons: [{ name, value, text }] }`. */
export function readForms(html) {
    return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, body]) => {
        const form = attributes(tag);
        const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, input]) => attributes(input));
        const isButton = (input) => input.type?.toLowerCase() === 'submit';
        return {
            action: form.action ?? '',
            method: (form.method ?? 'get').toUpperCase(),
            fields: inputs
                .filter((input) => !isButton(input) && isSent(input))
                .map(({ name, type = 'text', value = '' }) => ({ name, type: type.toLowerCase(), value })),
            buttons: [
                ...inputs.filter(isButton).map((input) => ({ ...input, text: input.value ?? '' })),
                ...[...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, button, content]) => ({
                    ...attributes(button),
                    text: text(content),
                })),
            ],
        };
    });
}

/** Where a page goes on to by itself; undefined if it stays. */
export function readRefresh(html) {
    return [...html.matchAll(/<meta\b([^>]*)>/gi)]
        .map(([, meta]) => attributes(meta))
        .filter((meta) => meta['http-equiv']?.toLowerCase() === 'refresh')
        .map((meta) => /url\s*=\s*['"]?([^'"]*)/i.exec(meta.content ?? '')?.[1])
        .find((url) => url !== undefined);
}

/** What a person reads on a page. */
export function text(html) {
    const visible = html.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
    return decode(visible).replace(/\s+/g, ' ').trim();
}

function isSent({ type, checked }) {
    return !['radio', 'checkbox'].includes(type?.toLowerCase()) || checked !== undefined;
}

function attributes(tag) {
    const pairs = tag.matchAll(/([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
    return Object.fromEntries(
        [...pairs].map(([, name, double, single, bare]) => [
            name.toLowerCase(),
            decode(double ?? single ?? bare ?? ''),
        ]),
    );
}

function decode(encoded) {
    return encoded.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
        if (name) {
            return ENTITIES[name.toLowerCase()] ?? whole;
        }
        return String.fromCodePoint(hex ? parseInt(hex, 16) : parseInt(decimal, 10));
    });
}
