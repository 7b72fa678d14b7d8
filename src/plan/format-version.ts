/** Version of the plan's form; in a file of its own, so that who writes plans need not load the schema that reads them. */
export const planFormatVersion = 1;
