// Replaces got's HTTP/2 client (20 kB) in the bundles, which is unused.
import https from 'node:https';

export default { auto: https.request, globalAgent: undefined };
