// A worker that takes a while to come up, as on a machine that has much to do, and then does what it is told.

Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
await import('./worker-doing-what-it-is-told.ts');

export {};
