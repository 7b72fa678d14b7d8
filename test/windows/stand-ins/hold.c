/*
 * hold.exe PATH MILLISECONDS: has a file open that long and shares it with nobody, as a virus scanner or a backup does.
 * Says "held" on standard output once it has it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int wmain(int count, wchar_t **arguments) {
    if (count != 3) return 87;
    HANDLE file = CreateFileW(arguments[1], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return (int)GetLastError();
    printf("held\n");
    fflush(stdout);
    Sleep((DWORD)_wtoi(arguments[2]));
    CloseHandle(file);
    return 0;
}
