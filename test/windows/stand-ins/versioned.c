/* A file that is asked for its version and for nothing else: ExSetup.exe, rewrite.dll. */
int main(void) { return 0; }
