/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Publishing by programs that others keep well. Secrets are in files that those programs read
 * themselves, so none stands on a command line or goes through here. */

#include "roll_publish.h"

#include <stdio.h>
#include <string.h>

#include "reason.h"
#include "roll_knotc.h"
#include "roll_pin.h"
#include "roll_process.h"

#define PROGRAM_MS 60000

/* An update is done as a whole, so that it may be sent again (RFC 2136 3.7). */
static bool update(const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	char script[1024], ttl[16];
	struct roll_command command;
	size_t address = strcspn(key->server, "@");
	(void)snprintf(ttl, sizeof(ttl), "%lu ", (unsigned long)record->ttl);
	size_t size = (size_t)snprintf(script, sizeof(script),
		"server %.*s %s\nzone %s.\nupdate %s %s. %sIN TLSA 3 1 1 %s\nsend\n",
		(int)address, key->server,
		key->server[address] == '@' ? key->server + address + 1 : "53",
		record->zone, record->remove ? "delete" : "add", record->owner,
		record->remove ? "" : ttl, record->digest);
	if (size >= sizeof(script)) {
		return reason_say(why, "the names are too long");
	}
	roll_command_begin(&command, key->update);
	roll_command_add(&command, "-v"); /* over TCP */
	roll_command_add(&command, "-k");
	roll_command_add(&command, key->tsig_file);
	struct roll_process process = { .input = script, .timeout_ms = PROGRAM_MS };
	return roll_process_run(&process, &command, why);
}

/* The variables that every hook finds. */
struct surroundings {
	char id[80];
	char names[DANCE_NAME_SIZE * ROLL_NAME_MAX + 16];
	char key_file[1024], cert_file[1024];
	char record[100], pin[64];
	const char *list[7];
};

static void surround(struct surroundings *around, const struct roll_key *key,
	const char *digest)
{
	char pin[ROLL_PIN_SIZE];
	size_t used = (size_t)snprintf(around->names, sizeof(around->names),
		"DANCE_NAMES=");
	for (size_t i = 0; i < key->name_count; i++) {
		used += (size_t)snprintf(around->names + used, sizeof(around->names) - used,
			"%s%s", i > 0 ? " " : "", key->names[i]);
	}
	roll_pin_of(digest, pin);
	(void)snprintf(around->id, sizeof(around->id), "DANCE_ID=%s", key->id);
	(void)snprintf(around->key_file, sizeof(around->key_file), "DANCE_KEY_FILE=%s",
		key->key_file);
	(void)snprintf(around->cert_file, sizeof(around->cert_file), "DANCE_CERT_FILE=%s",
		key->cert_file != NULL ? key->cert_file : "");
	(void)snprintf(around->record, sizeof(around->record), "DANCE_RECORD=3 1 1 %s",
		digest);
	(void)snprintf(around->pin, sizeof(around->pin), "DANCE_PIN=%s", pin);
	const char *const list[] = { around->id, around->names, around->key_file,
		around->cert_file, around->record, around->pin, NULL };
	memcpy(around->list, list, sizeof(list));
}

/* HOOK add|remove OWNER TTL RECORD ZONE */
static bool hook(const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	char ttl[16], data[100];
	struct roll_command command;
	struct surroundings around;
	(void)snprintf(ttl, sizeof(ttl), "%lu", (unsigned long)record->ttl);
	(void)snprintf(data, sizeof(data), "3 1 1 %s", record->digest);
	roll_command_begin(&command, key->hook);
	roll_command_add(&command, record->remove ? "remove" : "add");
	roll_command_add(&command, record->owner);
	roll_command_add(&command, ttl);
	roll_command_add(&command, data);
	roll_command_add(&command, record->zone);
	surround(&around, key, record->digest);
	struct roll_process process = { .environment = around.list,
		.timeout_ms = PROGRAM_MS };
	return roll_process_run(&process, &command, why);
}

bool roll_publish(const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	switch ((enum roll_way)key->way) {
	case ROLL_UPDATE:
		return update(key, record, why);
	case ROLL_KNOTC:
		return roll_knotc(key->knotc, record, why);
	case ROLL_HOOK:
	default:
		return hook(key, record, why);
	}
}

bool roll_reload(const struct roll_key *key, const char *digest, char why[DANCE_ERROR_SIZE])
{
	struct roll_command command;
	struct surroundings around;
	if (key->reload == NULL) {
		return true;
	}
	roll_command_begin(&command, key->reload);
	surround(&around, key, digest);
	struct roll_process process = { .environment = around.list,
		.timeout_ms = PROGRAM_MS };
	return roll_process_run(&process, &command, why);
}
