/*
 * sc.exe as Microsoft's prints and ends, on the real service control manager of the Windows that it runs on. Wine's own
 * knows a handful of verbs, prints otherwise and answers every error with 1.
 * The exit code is the Windows error. The words of an error are those of this Windows: nobody may decide on them.
 *
 * Wine's manager neither knows delayed starts nor enforces dependencies. Both stand where Windows keeps them, in the
 * service's key of the registry, and are honoured here: direct ones, which is all that the tests have. Nor does it notice
 * at once that a service's process was killed: it is looked for here.
 */
#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SERVICES L"SYSTEM\\CurrentControlSet\\Services"

typedef struct { int count; wchar_t **words; SC_HANDLE manager; const wchar_t *name; } Call;

/* ---- printing: what sc.exe writes is in the code page of the console ---- */

static void print(const wchar_t *format, ...) {
  wchar_t text[8192];
  char bytes[16384];
  DWORD written;
  va_list values;
  va_start(values, format);
  _vsnwprintf(text, 8192, format, values);
  va_end(values);
  int length = WideCharToMultiByte(CP_OEMCP, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
  WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, length - 1, &written, NULL);
}

static int fail(const wchar_t *what, DWORD error) {
  wchar_t *words = NULL;
  FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error,
                 0, (wchar_t *)&words, 0, NULL);
  print(L"[SC] %ls FAILED %lu:\r\n\r\n%ls\r\n", what, error, words ? words : L"\r\n");
  return (int)error;
}

static int succeed(const wchar_t *what) {
  print(L"[SC] %ls SUCCESS\r\n", what);
  return 0;
}

static const wchar_t *type_words(DWORD type) {
  switch (type & 0x3f) {
    case SERVICE_KERNEL_DRIVER: return L"KERNEL_DRIVER";
    case SERVICE_FILE_SYSTEM_DRIVER: return L"FILE_SYSTEM_DRIVER";
    case SERVICE_WIN32_OWN_PROCESS: return L"WIN32_OWN_PROCESS";
    case SERVICE_WIN32_SHARE_PROCESS: return L"WIN32_SHARE_PROCESS";
    default: return L"WIN32";
  }
}

static const wchar_t *const states[] = {L"?", L"STOPPED", L"START_PENDING", L"STOP_PENDING", L"RUNNING",
                                        L"CONTINUE_PENDING", L"PAUSE_PENDING", L"PAUSED"};
static const wchar_t *const starts[] = {L"BOOT_START", L"SYSTEM_START", L"AUTO_START", L"DEMAND_START", L"DISABLED"};

static void print_status(const wchar_t *name, const wchar_t *display, const SERVICE_STATUS_PROCESS *is, BOOL with_process) {
  DWORD accepts = is->dwControlsAccepted;
  print(L"\r\nSERVICE_NAME: %ls \r\n", name);
  if (display) print(L"DISPLAY_NAME: %ls\r\n", display);
  print(L"        TYPE               : %lx  %ls  \r\n", is->dwServiceType, type_words(is->dwServiceType));
  print(L"        STATE              : %lu  %ls \r\n", is->dwCurrentState, states[is->dwCurrentState & 7]);
  if (is->dwCurrentState != SERVICE_STOPPED) {
    print(L"                                (%ls, %ls, %ls)\r\n",
          accepts & SERVICE_ACCEPT_STOP ? L"STOPPABLE" : L"NOT_STOPPABLE",
          accepts & SERVICE_ACCEPT_PAUSE_CONTINUE ? L"PAUSABLE" : L"NOT_PAUSABLE",
          accepts & SERVICE_ACCEPT_SHUTDOWN ? L"ACCEPTS_SHUTDOWN" : L"IGNORES_SHUTDOWN");
  }
  print(L"        WIN32_EXIT_CODE    : %lu  (0x%lx)\r\n", is->dwWin32ExitCode, is->dwWin32ExitCode);
  print(L"        SERVICE_EXIT_CODE  : %lu  (0x%lx)\r\n", is->dwServiceSpecificExitCode, is->dwServiceSpecificExitCode);
  print(L"        CHECKPOINT         : 0x%lx\r\n        WAIT_HINT          : 0x%lx\r\n", is->dwCheckPoint, is->dwWaitHint);
  if (with_process) print(L"        PID                : %lu\r\n        FLAGS              : \r\n", is->dwProcessId);
}

/* ---- what Windows keeps in the registry ---- */

/* The names in a REG_MULTI_SZ, each ended by a null and all of them by another one; empty where there is none. */
static wchar_t *dependencies_of(const wchar_t *service) {
  static wchar_t names[4096];
  wchar_t key[512];
  DWORD size = sizeof names - 2 * sizeof *names;
  swprintf(key, 512, L"%ls\\%ls", SERVICES, service);
  ZeroMemory(names, sizeof names);
  RegGetValueW(HKEY_LOCAL_MACHINE, key, L"DependOnService", RRF_RT_REG_MULTI_SZ, NULL, names, &size);
  return names;
}

static BOOL is_delayed(const wchar_t *service) {
  wchar_t key[512];
  DWORD delayed = 0, size = sizeof delayed;
  swprintf(key, 512, L"%ls\\%ls", SERVICES, service);
  RegGetValueW(HKEY_LOCAL_MACHINE, key, L"DelayedAutostart", RRF_RT_REG_DWORD, NULL, &delayed, &size);
  return delayed != 0;
}

static void set_delayed(const wchar_t *service, DWORD delayed) {
  wchar_t key[512];
  swprintf(key, 512, L"%ls\\%ls", SERVICES, service);
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, L"DelayedAutostart", REG_DWORD, &delayed, sizeof delayed);
}

static BOOL needs(const wchar_t *service, const wchar_t *needed) {
  for (const wchar_t *name = dependencies_of(service); *name; name += lstrlenW(name) + 1) {
    if (!lstrcmpiW(name, needed)) return TRUE;
  }
  return FALSE;
}

typedef BOOL (*Visit)(const ENUM_SERVICE_STATUS_PROCESSW *service, void *data);

/* Every service of the machine until one answers TRUE. */
static BOOL visit_services(SC_HANDLE manager, DWORD which, Visit visit, void *data) {
  static BYTE buffer[1 << 18];
  const ENUM_SERVICE_STATUS_PROCESSW *services = (void *)buffer;
  DWORD missing, count = 0, resume = 0;
  EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, which, buffer, sizeof buffer, &missing, &count,
                        &resume, NULL);
  for (DWORD at = 0; at < count; at++) {
    if (visit(&services[at], data)) return TRUE;
  }
  return FALSE;
}

static BOOL is_running_dependent(const ENUM_SERVICE_STATUS_PROCESSW *service, void *needed) {
  return service->ServiceStatusProcess.dwCurrentState != SERVICE_STOPPED && needs(service->lpServiceName, needed);
}

/* ---- what Windows would have noticed ---- */

static BOOL runs(DWORD pid) {
  HANDLE process = pid ? OpenProcess(SYNCHRONIZE, FALSE, pid) : NULL;
  BOOL alive = process && WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
  if (process) CloseHandle(process);
  return alive;
}

static SERVICE_STATUS_PROCESS as_windows_says(SERVICE_STATUS_PROCESS is) {
  if (is.dwCurrentState == SERVICE_STOPPED || runs(is.dwProcessId)) return is;
  return (SERVICE_STATUS_PROCESS){.dwServiceType = is.dwServiceType,
                                  .dwCurrentState = SERVICE_STOPPED,
                                  .dwWin32ExitCode = ERROR_PROCESS_ABORTED};
}

static BOOL is_stopped(SC_HANDLE service) {
  SERVICE_STATUS_PROCESS status = {0};
  DWORD size;
  QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size);
  return as_windows_says(status).dwCurrentState == SERVICE_STOPPED;
}

/* ---- options: `start= auto` are two words ---- */

static wchar_t *option(const Call *call, const wchar_t *name) {
  for (int at = 2; at + 1 < call->count; at++) {
    if (!lstrcmpiW(call->words[at], name)) return call->words[at + 1];
  }
  return NULL;
}

static BOOL start_type(const wchar_t *word, DWORD *type) {
  static const struct { const wchar_t *word; DWORD type; } known[] = {
    {L"boot", 0}, {L"system", 1}, {L"auto", 2}, {L"delayed-auto", 2}, {L"demand", 3}, {L"disabled", 4}};
  for (int at = 0; at < 6; at++) {
    if (!lstrcmpiW(word, known[at].word)) return *type = known[at].type, TRUE;
  }
  return FALSE;
}

/* `A/B` becomes A, null, B, null, null. */
static const wchar_t *as_list(const wchar_t *words) {
  static wchar_t list[1024];
  if (!words) return NULL;
  ZeroMemory(list, sizeof list);
  lstrcpynW(list, words, 1022);
  for (wchar_t *at = list; *at; at++) if (*at == L'/') *at = 0;
  return list;
}

static SC_HANDLE open_service(const Call *call, const wchar_t *what, int *error) {
  SC_HANDLE service = OpenServiceW(call->manager, call->name, SERVICE_ALL_ACCESS);
  *error = service ? 0 : fail(what, GetLastError());
  return service;
}

/* ---- the verbs ---- */

static BOOL print_one(const ENUM_SERVICE_STATUS_PROCESSW *service, void *with_process) {
  SERVICE_STATUS_PROCESS status = as_windows_says(service->ServiceStatusProcess);
  print_status(service->lpServiceName, service->lpDisplayName, &status, with_process != NULL);
  return FALSE;
}

static int query_as(const Call *call, BOOL with_process) {
  SERVICE_STATUS_PROCESS status;
  DWORD size;
  int error;
  if (!*call->name || wcschr(call->name, L'=')) {
    DWORD which = option(call, L"state=") ? SERVICE_STATE_ALL : SERVICE_ACTIVE;
    visit_services(call->manager, which, print_one, with_process ? "" : NULL);
    return 0;
  }
  SC_HANDLE service = open_service(call, L"EnumQueryServicesStatus:OpenService", &error);
  if (!service) return error;
  if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size)) {
    return fail(L"QueryServiceStatusEx", GetLastError());
  }
  status = as_windows_says(status);
  print_status(call->name, NULL, &status, with_process);
  return 0;
}

static int query(const Call *call) { return query_as(call, FALSE); }
static int queryex(const Call *call) { return query_as(call, TRUE); }

static int qc(const Call *call) {
  static BYTE buffer[8192];
  const QUERY_SERVICE_CONFIGW *config = (void *)buffer;
  DWORD size;
  int error;
  SC_HANDLE service = open_service(call, L"OpenService", &error);
  if (!service) return error;
  /* Windows holds the interface's range for the buffer (MS-SCMR 3.1.4.17), which Wine does not. */
  if (call->count > 3 && _wtoi(call->words[3]) > 8192) return fail(L"QueryServiceConfig", RPC_X_BAD_STUB_DATA);
  if (!QueryServiceConfigW(service, (void *)buffer, sizeof buffer, &size)) return fail(L"QueryServiceConfig", GetLastError());
  succeed(L"QueryServiceConfig");
  print(L"\r\nSERVICE_NAME: %ls\r\n", call->name);
  print(L"        TYPE               : %lx  %ls \r\n", config->dwServiceType, type_words(config->dwServiceType));
  print(L"        START_TYPE         : %lu   %ls%ls\r\n", config->dwStartType, starts[config->dwStartType % 5],
        config->dwStartType == SERVICE_AUTO_START && is_delayed(call->name) ? L"  (DELAYED)" : L"");
  print(L"        ERROR_CONTROL      : %lu   NORMAL\r\n", config->dwErrorControl);
  print(L"        BINARY_PATH_NAME   : %ls\r\n", config->lpBinaryPathName);
  print(L"        LOAD_ORDER_GROUP   : %ls\r\n", config->lpLoadOrderGroup);
  print(L"        TAG                : %lu\r\n", config->dwTagId);
  print(L"        DISPLAY_NAME       : %ls\r\n", config->lpDisplayName);
  print(L"        DEPENDENCIES       : ");
  const wchar_t *dependency = dependencies_of(call->name);
  if (!*dependency) print(L"\r\n");
  for (const wchar_t *lead = L""; *dependency; dependency += lstrlenW(dependency) + 1) {
    print(L"%ls%ls\r\n", lead, dependency);
    lead = L"                           : ";
  }
  print(L"        SERVICE_START_NAME : %ls\r\n", config->lpServiceStartName);
  return 0;
}

typedef struct { const wchar_t *needed; BOOL count_only; DWORD count; } Dependents;

static BOOL take_dependent(const ENUM_SERVICE_STATUS_PROCESSW *service, void *data) {
  Dependents *dependents = data;
  if (!needs(service->lpServiceName, dependents->needed)) return FALSE;
  dependents->count++;
  if (!dependents->count_only) print_one(service, NULL);
  return FALSE;
}

static int enumdepend(const Call *call) {
  Dependents dependents = {call->name, TRUE, 0};
  int error;
  if (!open_service(call, L"OpenService", &error)) return error;
  visit_services(call->manager, SERVICE_STATE_ALL, take_dependent, &dependents);
  print(L"Enum: entriesRead  = %lu\r\n", dependents.count);
  dependents.count_only = FALSE;
  visit_services(call->manager, SERVICE_STATE_ALL, take_dependent, &dependents);
  return 0;
}

static int start(const Call *call) {
  SERVICE_STATUS_PROCESS status;
  DWORD size;
  int error;
  SC_HANDLE service = open_service(call, L"StartService: OpenService", &error);
  if (!service) return error;
  if (!StartServiceW(service, call->count - 3, (const wchar_t **)call->words + 3)) return fail(L"StartService", GetLastError());
  QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size);
  print_status(call->name, NULL, &status, TRUE);
  return 0;
}

static int send_control(const Call *call, DWORD control) {
  SERVICE_STATUS_PROCESS status = {0};
  int error;
  SC_HANDLE service = open_service(call, L"OpenService", &error);
  if (!service) return error;
  if (is_stopped(service)) return fail(L"ControlService", ERROR_SERVICE_NOT_ACTIVE);
  if (control == SERVICE_CONTROL_STOP &&
      visit_services(call->manager, SERVICE_STATE_ALL, is_running_dependent, (void *)call->name)) {
    return fail(L"ControlService", ERROR_DEPENDENT_SERVICES_RUNNING);
  }
  if (!ControlService(service, control, (SERVICE_STATUS *)&status)) return fail(L"ControlService", GetLastError());
  print_status(call->name, NULL, &status, FALSE);
  return 0;
}

static int stop(const Call *call) { return send_control(call, SERVICE_CONTROL_STOP); }

static int control(const Call *call) {
  const wchar_t *word = call->count > 3 ? call->words[3] : L"";
  if (!lstrcmpiW(word, L"paramchange")) return send_control(call, SERVICE_CONTROL_PARAMCHANGE);
  if (!lstrcmpiW(word, L"interrogate")) return send_control(call, SERVICE_CONTROL_INTERROGATE);
  return ERROR_INVALID_COMMAND_LINE;
}

static int config(const Call *call) {
  DWORD type = SERVICE_NO_CHANGE;
  const wchar_t *word = option(call, L"start=");
  int error;
  if (word && !start_type(word, &type)) return ERROR_INVALID_COMMAND_LINE;
  SC_HANDLE service = open_service(call, L"OpenService", &error);
  if (!service) return error;
  if (!ChangeServiceConfigW(service, SERVICE_NO_CHANGE, type, SERVICE_NO_CHANGE, option(call, L"binPath="), NULL, NULL,
                            as_list(option(call, L"depend=")), NULL, NULL, option(call, L"DisplayName="))) {
    return fail(L"ChangeServiceConfig", GetLastError());
  }
  if (word) set_delayed(call->name, !lstrcmpiW(word, L"delayed-auto"));
  return succeed(L"ChangeServiceConfig");
}

static int create(const Call *call) {
  DWORD type = SERVICE_DEMAND_START;
  const wchar_t *word = option(call, L"start=");
  if (!option(call, L"binPath=") || (word && !start_type(word, &type))) return ERROR_INVALID_COMMAND_LINE;
  if (!CreateServiceW(call->manager, call->name, option(call, L"DisplayName="), SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                      type, SERVICE_ERROR_NORMAL, option(call, L"binPath="), NULL, NULL, as_list(option(call, L"depend=")),
                      NULL, NULL)) {
    return fail(L"CreateService", GetLastError());
  }
  if (word && !lstrcmpiW(word, L"delayed-auto")) set_delayed(call->name, 1);
  return succeed(L"CreateService");
}

static int delete_service(const Call *call) {
  int error;
  SC_HANDLE service = open_service(call, L"OpenService", &error);
  if (!service) return error;
  return DeleteService(service) ? succeed(L"DeleteService") : fail(L"DeleteService", GetLastError());
}

/* Accepted for a service that is there, and kept nowhere: nothing here acts on it. */
static int change_config2(const Call *call) {
  int error;
  return open_service(call, L"OpenService", &error) ? succeed(L"ChangeServiceConfig2") : error;
}

static const struct { const wchar_t *word; int (*run)(const Call *); } verbs[] = {
  {L"query", query},   {L"queryex", queryex},         {L"qc", qc},          {L"enumdepend", enumdepend},
  {L"start", start},   {L"stop", stop},               {L"control", control}, {L"config", config},
  {L"create", create}, {L"delete", delete_service},   {L"description", change_config2},
  {L"failure", change_config2}, {L"failureflag", change_config2}};

int wmain(int count, wchar_t **words) {
  Call call = {count, words, OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS), count > 2 ? words[2] : L""};
  if (!call.manager) return fail(L"OpenSCManager", GetLastError());
  for (size_t at = 0; count > 1 && at < sizeof verbs / sizeof *verbs; at++) {
    BOOL is_query = verbs[at].run == query || verbs[at].run == queryex;
    if (!lstrcmpiW(words[1], verbs[at].word) && (*call.name || is_query)) return verbs[at].run(&call);
  }
  print(L"DESCRIPTION:\r\n        SC is a command line program used for communicating with the\r\n"
        L"        Service Control Manager and services.\r\n");
  return ERROR_INVALID_COMMAND_LINE;
}
