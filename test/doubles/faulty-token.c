/* A PKCS#11 library in front of another one: passes every call on, writes down which, and fails as a file tells it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include "pkcs11.h"

static CK_FUNCTION_LIST ours;
static CK_FUNCTION_LIST_PTR theirs;

static void note(const char *name) {
  FILE *log = fopen(getenv("FAULTY_TOKEN_CALLS"), "a");
  fprintf(log, "%s\n", name);
  fclose(log);
}

/* The line of the file that begins with these letters; what follows them goes to rest. */
static int told(const char *begin, char *rest, size_t size) {
  char line[128];
  int found = 0;
  FILE *faults = fopen(getenv("FAULTY_TOKEN_FAULTS"), "r");
  while (!found && fgets(line, sizeof line, faults)) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, begin, strlen(begin)) != 0) continue;
    found = 1;
    if (rest) snprintf(rest, size, "%s", line + strlen(begin));
  }
  fclose(faults);
  return found;
}

static CK_RV fault(const char *name) {
  char begin[64], rest[64];
  note(name);
  if (told("removed", 0, 0)) return CKR_DEVICE_REMOVED;
  snprintf(begin, sizeof begin, "%s=", name);
  return told(begin, rest, sizeof rest) ? strtoul(rest, 0, 16) : CKR_OK;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR list, CK_ULONG_PTR count) {
  if (fault("C_GetSlotList") == CKR_DEVICE_REMOVED) {
    *count = 0;
    return CKR_OK;
  }
  return theirs->C_GetSlotList(present, list, count);
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR app, CK_NOTIFY notify, CK_SESSION_HANDLE_PTR session) {
  CK_RV rv = fault("C_OpenSession");
  return rv ? rv : theirs->C_OpenSession(slot, flags, app, notify, session);
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO_PTR info) {
  CK_RV rv = fault("C_GetSessionInfo");
  return rv ? rv : theirs->C_GetSessionInfo(session, info);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV rv = fault(user == CKU_CONTEXT_SPECIFIC ? "C_Login again" : "C_Login");
  return rv ? rv : theirs->C_Login(session, user, pin, length);
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  CK_RV rv = fault("C_SignInit");
  return rv ? rv : theirs->C_SignInit(session, mechanism, key);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR value, CK_ULONG_PTR size) {
  char rest[64];
  CK_RV rv = fault("C_Sign");
  if (told("slow=", rest, sizeof rest)) usleep(1000 * strtoul(rest, 0, 10));
  if (rv) return rv;
  rv = theirs->C_Sign(session, data, length, value, size);
  if (!rv && value && told("corrupt", 0, 0)) value[*size / 2] ^= 1;
  return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  void *library = dlopen(getenv("FAULTY_TOKEN_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = library ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : 0;
  if (!get || get(&theirs)) return CKR_GENERAL_ERROR;
  ours = *theirs;
  ours.C_GetSlotList = get_slot_list;
  ours.C_OpenSession = open_session;
  ours.C_GetSessionInfo = get_session_info;
  ours.C_Login = login;
  ours.C_SignInit = sign_init;
  ours.C_Sign = sign;
  *list = &ours;
  return CKR_OK;
}
