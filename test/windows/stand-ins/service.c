/*
 * A real Windows service with nothing to do: service.exe NAME [START_MS [STOP_MS]].
 * It takes its time to start and to stop, as services of Exchange do.
 */
#include <windows.h>

static wchar_t name[256];
static DWORD start_ms, stop_ms;
static SERVICE_STATUS_HANDLE handle;
static HANDLE stop_asked;

static void report(DWORD state) {
  static DWORD check_point;
  BOOL pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
  SERVICE_STATUS status = {
    .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
    .dwCurrentState = state,
    .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
    .dwCheckPoint = pending ? ++check_point : 0,
    .dwWaitHint = pending ? start_ms + stop_ms + 1000 : 0,
  };
  SetServiceStatus(handle, &status);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context) {
  switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
      report(SERVICE_STOP_PENDING);
      SetEvent(stop_asked);
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
      return NO_ERROR;
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

static void WINAPI service_main(DWORD count, wchar_t **arguments) {
  handle = RegisterServiceCtrlHandlerExW(name, on_control, NULL);
  report(SERVICE_START_PENDING);
  Sleep(start_ms);
  report(SERVICE_RUNNING);
  WaitForSingleObject(stop_asked, INFINITE);
  Sleep(stop_ms);
  report(SERVICE_STOPPED);
}

int wmain(int count, wchar_t **words) {
  SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
  if (count < 2) return ERROR_INVALID_PARAMETER;
  lstrcpynW(name, words[1], 256);
  start_ms = count > 2 ? _wtoi(words[2]) : 0;
  stop_ms = count > 3 ? _wtoi(words[3]) : 0;
  stop_asked = CreateEventW(NULL, TRUE, FALSE, NULL);
  return StartServiceCtrlDispatcherW(table) ? 0 : (int)GetLastError();
}
