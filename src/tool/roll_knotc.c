/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Publishing by knotc. knotd has one transaction for a zone, and keeps it when knotc ends. */

#include "roll_knotc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "roll_process.h"

#define KNOTC_MS 60000

struct session {
	const char *knotc;
	const struct roll_record *record;
	char zone[DANCE_NAME_SIZE + 1],
		owner[DANCE_NAME_SIZE + 1]; /* with a dot at the end */
	char output[ROLL_OUTPUT_SIZE];
};

/* Runs knotc with these words; NULL ends. */
static bool run(struct session *session, char why[DANCE_ERROR_SIZE], ...)
{
	struct roll_command command;
	struct roll_process process = { .timeout_ms = KNOTC_MS };
	va_list words;
	const char *word;
	roll_command_begin(&command, session->knotc);
	va_start(words, why);
	while ((word = va_arg(words, const char *)) != NULL) {
		roll_command_add(&command, word);
	}
	va_end(words);
	bool done = roll_process_run(&process, &command, why);
	memcpy(session->output, process.output, sizeof(session->output));
	return done;
}

/* Is every line of the output about the name? */
static bool is_all_of_owner(struct session *session)
{
	for (char *line = session->output, *next; *line != '\0'; line = next) {
		size_t size = strcspn(line, "\n");
		next = line + size + (line[size] == '\n');
		line[size] = '\0';
		if (*line != '\0' &&
			(strcasestr(line, session->owner) == NULL ||
				strstr(line, " TLSA ") == NULL)) {
			return false;
		}
	}
	return true;
}

/* A transaction that is open may be ours, from a run that was interrupted: then it changes
 * nothing but our records. */
static void abort_own(struct session *session)
{
	char why[DANCE_ERROR_SIZE];
	if (session->record->again && run(session, why, "zone-diff", session->zone, NULL) &&
		is_all_of_owner(session)) {
		(void)run(session, why, "zone-abort", session->zone, NULL);
	}
}

/* Does the zone have the record? In the transaction that is open. */
static bool has_record(struct session *session)
{
	char why[DANCE_ERROR_SIZE];
	return run(session, why, "zone-get", session->zone, session->owner, "TLSA", NULL) &&
		strcasestr(session->output, session->record->digest) != NULL;
}

static bool change(struct session *session, char why[DANCE_ERROR_SIZE])
{
	const struct roll_record *record = session->record;
	char ttl[16];
	if (has_record(session) != record->remove) {
		return true; /* it is so already */
	}
	if (record->remove) {
		return run(session, why, "zone-unset", session->zone, session->owner,
			"TLSA", "3", "1", "1", record->digest, NULL);
	}
	(void)snprintf(ttl, sizeof(ttl), "%lu", (unsigned long)record->ttl);
	return run(session, why, "zone-set", session->zone, session->owner, ttl, "TLSA",
		"3", "1", "1", record->digest, NULL);
}

bool roll_knotc(const char *knotc, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	char ignored[DANCE_ERROR_SIZE];
	struct session session = { .knotc = knotc, .record = record };
	(void)snprintf(session.zone, sizeof(session.zone), "%s.", record->zone);
	(void)snprintf(session.owner, sizeof(session.owner), "%s.", record->owner);
	abort_own(&session);
	if (!run(&session, why, "zone-begin", session.zone, NULL)) {
		return false;
	}
	if (change(&session, why) && run(&session, why, "zone-commit", session.zone, NULL)) {
		return true;
	}
	(void)run(&session, ignored, "zone-abort", session.zone, NULL);
	return false;
}
