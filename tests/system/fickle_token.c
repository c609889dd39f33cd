/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A PKCS#11 module that passes all on to another one, whose path is in FICKLE_TOKEN_MODULE, and
 * obeys files in the folder FICKLE_TOKEN_FOLDER. While `gone` is there, the token is not, as if it
 * were pulled out: its sessions and objects end (PKCS#11 2.40, 2.3: token removal). While `slow` is
 * there, a signature is not made. */

#define CRYPTOKI_COMPAT 1 /* the names of the standard */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static CK_FUNCTION_LIST *real, list;
static CK_SLOT_ID last_slot;
static bool was_gone;

static bool is_there(const char *name)
{
	char path[4096];
	const char *folder = getenv("FICKLE_TOKEN_FOLDER");
	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "/nonexistent",
		name);
	return access(path, F_OK) == 0;
}

static bool is_gone(void)
{
	bool gone = is_there("gone");
	if (gone && !__atomic_exchange_n(&was_gone, true, __ATOMIC_SEQ_CST)) {
		(void)real->C_CloseAllSessions(last_slot);
	} else if (!gone) {
		__atomic_store_n(&was_gone, false, __ATOMIC_SEQ_CST);
	}
	return gone;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application,
	CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	last_slot = slot;
	return is_gone() ? CKR_TOKEN_NOT_PRESENT :
			   real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
	return is_gone() ? CKR_DEVICE_REMOVED : real->C_GetSessionInfo(session, info);
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	return is_gone() ? CKR_TOKEN_NOT_PRESENT : real->C_GetTokenInfo(slot, info);
}

static CK_RV find_begin(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count)
{
	return is_gone() ? CKR_DEVICE_REMOVED :
			   real->C_FindObjectsInit(session, template, count);
}

static CK_RV sign_begin(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
	CK_OBJECT_HANDLE key)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	while (is_there("slow")) {
		nanosleep(&moment, NULL);
	}
	return is_gone() ? CKR_DEVICE_REMOVED : real->C_SignInit(session, mechanism, key);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out);

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	void *module = dlopen(getenv("FICKLE_TOKEN_MODULE"), RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	*(void **)&get = module != NULL ? dlsym(module, "C_GetFunctionList") : NULL;
	if (get == NULL || get(&real) != CKR_OK) {
		return CKR_GENERAL_ERROR;
	}
	list = *real;
	list.C_OpenSession = open_session;
	list.C_GetSessionInfo = session_info;
	list.C_GetTokenInfo = token_info;
	list.C_FindObjectsInit = find_begin;
	list.C_SignInit = sign_begin;
	*out = &list;
	return CKR_OK;
}
