// The platform in a browser: what reading takes, and signature arithmetic.

import { browserArithmetic } from './browser-arithmetic.ts';
import { browserReading } from './browser-reading.ts';
import type { Platform } from './platform.ts';

export const browserPlatform: Platform = { ...browserReading, arithmetic: browserArithmetic };
