/*
 * Stands in for a program that this machine does not have: appcmd.exe, powershell.exe, schtasks.exe.
 * It passes its own path, its raw command line and its working folder to the test over loopback, prints what the
 * test answers, and ends with the exit code that the test chose, all 32 bits of it.
 *
 * To the test:   three texts, each as a length (32 bits, big-endian) and UTF-8.
 * From the test: records of a kind ('o' standard output, 'e' standard error, 'x' exit) and a number (32 bits,
 *                big-endian): the length of the bytes that follow, or the exit code.
 */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

/* Not an environment variable: a service does not inherit the environment of the test. */
#define PORT_FILE L"C:\\stand-ins\\port.txt"

enum { NO_PORT = 0xE0000001, NO_TEST = 0xE0000002, BROKEN = 0xE0000003 };

static int port_of_test(void) {
  char text[16] = "";
  FILE *file = _wfopen(PORT_FILE, L"rb");
  if (!file) return 0;
  fread(text, 1, sizeof text - 1, file);
  fclose(file);
  return atoi(text);
}

static SOCKET connect_to_test(int port) {
  WSADATA data;
  struct sockaddr_in address = {0};
  SOCKET test;
  WSAStartup(MAKEWORD(2, 2), &data);
  test = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((unsigned short)port);
  return connect(test, (struct sockaddr *)&address, sizeof address) ? INVALID_SOCKET : test;
}

static void send_text(SOCKET test, const wchar_t *text) {
  static char bytes[4 * 32768];
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL) - 1;
  unsigned long header = htonl(length);
  send(test, (char *)&header, sizeof header, 0);
  for (int sent = 0; sent < length;) {
    int more = send(test, bytes + sent, length - sent, 0);
    if (more <= 0) return;
    sent += more;
  }
}

static int receive(SOCKET test, char *bytes, unsigned long length) {
  for (unsigned long got = 0; got < length;) {
    int more = recv(test, bytes + got, length - got, 0);
    if (more <= 0) return 0;
    got += more;
  }
  return 1;
}

static void print(DWORD stream, const char *bytes, DWORD length) {
  HANDLE output = GetStdHandle(stream);
  DWORD written;
  for (DWORD done = 0; done < length && WriteFile(output, bytes + done, length - done, &written, NULL); done += written) {}
}

int wmain(void) {
  static wchar_t self[32768], folder[32768];
  int port = port_of_test();
  SOCKET test;
  if (!port) return NO_PORT;
  test = connect_to_test(port);
  if (test == INVALID_SOCKET) return NO_TEST;
  GetModuleFileNameW(NULL, self, 32768);
  GetCurrentDirectoryW(32768, folder);
  send_text(test, self);
  send_text(test, GetCommandLineW());
  send_text(test, folder);
  for (;;) {
    char kind, *bytes;
    unsigned long number;
    if (!receive(test, &kind, 1) || !receive(test, (char *)&number, sizeof number)) return BROKEN;
    number = ntohl(number);
    if (kind == 'x') return (int)number;
    bytes = malloc(number);
    if (!bytes || !receive(test, bytes, number)) return BROKEN;
    print(kind == 'e' ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE, bytes, number);
    free(bytes);
  }
}
