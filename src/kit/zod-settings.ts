import * as z from 'zod';

// zod compiles a parser for a schema on its first use, which pays for itself after hundreds of values: a run reads a few.
z.config({jitless: true});
