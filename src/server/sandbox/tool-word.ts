/** The first word with which the single executable is one of the simulated programs instead of stopgap itself. */
export const toolWord = 'sandbox-program';
