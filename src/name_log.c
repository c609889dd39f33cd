/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What has changed, in one line each. That a name is well at the start is not told; that no
 * lookup can be made is told once for all names. */

#include "name_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <urcu/uatomic.h>

#include "clock.h"
#include "freshness.h"
#include "verdict.h"

/* With its end. */
#define MOMENT_SIZE sizeof("2026-11-22T12:00:00Z")

struct name_log_line {
	STAILQ_ENTRY(name_log_line) link;
	enum dance_log_level level;
	char text[];
};

void name_log_init(struct name_log *log,
	void (*write)(void *arg, enum dance_log_level level, const char *line), void *arg)
{
	*log = (struct name_log){ .write = write, .arg = arg };
	STAILQ_INIT(&log->lines);
}

void name_log_say(struct name_log *log, enum dance_log_level level, const char *format, ...)
{
	if (log->write == NULL) {
		return;
	}
	char line[DANCE_LINE_SIZE];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	result_make_printable(line);

	size_t size = strlen(line) + 1;
	struct name_log_line *kept = malloc(sizeof(*kept) + size);
	if (kept == NULL) {
		log->write(log->arg, level, line);
		return;
	}
	kept->level = level;
	memcpy(kept->text, line, size);
	STAILQ_INSERT_TAIL(&log->lines, kept, link);
}

static void end_minute(struct name_log *log)
{
	uint64_t minute = clock_ms() / 60000;
	if (minute == log->minute) {
		return;
	}
	if (log->suppressed != 0) {
		name_log_say(log, DANCE_LOG_WARNING,
			"lines suppressed, count %u (signatures end soon or renewed, records not "
			"renewed); do: run 'dance check' with the names",
			log->suppressed);
	}
	log->minute = minute;
	log->forecasts = log->suppressed = 0;
}

static bool may_forecast(struct name_log *log)
{
	end_minute(log);
	if (log->forecasts < NAME_LOG_FORECASTS) {
		log->forecasts++;
		return true;
	}
	log->suppressed++;
	return false;
}

void name_log_tell(struct name_log *log)
{
	struct name_log_line *line;
	if (log->suppressed != 0) {
		end_minute(log);
	}
	while ((line = STAILQ_FIRST(&log->lines)) != NULL) {
		STAILQ_REMOVE_HEAD(&log->lines, link);
		log->write(log->arg, line->level, line->text);
		free(line);
	}
}

/* The form of a name shows its role: names of services belong to servers. */
static enum dance_role role_of(const struct owner *owner)
{
	struct name name, host;
	owner_name(owner, &name);
	name_to_host(&name, &host);
	return name_is_equal(&name, &host) ? DANCE_CLIENT : DANCE_SERVER;
}

static const char *key_of(const struct owner *owner)
{
	return role_of(owner) == DANCE_CLIENT ? "client" : "owner";
}

/* Advice on a server says first that nothing was sent to it, and here nobody wanted to. */
static const char *advice_on(const struct owner *owner, enum dance_verdict verdict)
{
	static const char nothing_sent[] = "nothing was sent; ";
	const char *advice = dance_verdict_advice(verdict, role_of(owner));
	size_t size = sizeof(nothing_sent) - 1;
	return strncmp(advice, nothing_sent, size) == 0 ? advice + size : advice;
}

void name_log_answer(struct name_log *log, const struct owner *owner,
	enum dance_verdict after, const char *why)
{
	const struct knowledge *known = owner->knowledge;
	enum dance_verdict before = DANCE_FAIL_NOT_READY;
	if (known != NULL) {
		bool unusable = known->set != NULL && known->set->count == 0;
		before = owner->trouble != 0 ? owner->trouble :
			unusable             ? DANCE_DENY_UNUSABLE :
					       known->verdict;
	}
	if (before == after) {
		return;
	}

	enum dance_log_level level = DANCE_LOG_NOTICE;
	if (after == DANCE_UNDECIDED && known == NULL) {
		level = DANCE_LOG_DEBUG;
	} else if (dance_verdict_class(after) == DANCE_CLASS_FAIL) {
		level = DANCE_LOG_WARNING;
	}
	if (owner->members == NULL) {
		level = DANCE_LOG_DEBUG; /* a name of a peer's choice */
	}
	if (after == DANCE_UNDECIDED) {
		name_log_say(log, level, "records validated, %s %s", key_of(owner),
			owner_text(owner));
		return;
	}
	if (*why == '\0') {
		why = dance_verdict_text(after);
	}
	bool cut = strlen(why) >= DANCE_DETAIL_SIZE;
	name_log_say(log, level, "no valid records, %s %s, verdict %s (%.*s%s); do: %s",
		key_of(owner), owner_text(owner), dance_verdict_name(after),
		DANCE_DETAIL_SIZE - 1, why, cut ? "..." : "", advice_on(owner, after));
}

static int64_t wall_of(uint64_t moment)
{
	return ((int64_t)moment + clock_wall_ahead()) / 1000;
}

static const char *moment_text(int64_t moment, char text[MOMENT_SIZE])
{
	time_t seconds = moment;
	struct tm fields;
	if (gmtime_r(&seconds, &fields) == NULL ||
		strftime(text, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
		text[0] = '\0';
	}
	return text;
}

void name_log_signatures(struct name_log *log, struct owner *owner,
	const struct resolver_answer *answer)
{
	char until[MOMENT_SIZE];
	if (answer->outcome != RESOLVER_SECURE || answer->signatures_end == 0 ||
		owner->members == NULL) {
		return;
	}
	bool late = wall_of(clock_ms()) >= answer->signatures_late;
	if (late == owner->ending) {
		return;
	}
	owner->ending = late;
	if (!may_forecast(log)) {
		return;
	}
	(void)moment_text(answer->signatures_end, until);
	if (late) {
		name_log_say(log, DANCE_LOG_WARNING,
			"signatures end soon, %s %s, until %s (they should have been renewed; "
			"afterwards this name is refused); do: sign the zone again, or find out "
			"why its signer does not",
			key_of(owner), owner_text(owner), until);
	} else {
		name_log_say(log, DANCE_LOG_NOTICE, "signatures renewed, %s %s, until %s",
			key_of(owner), owner_text(owner), until);
	}
}

void name_log_failing(struct name_log *log, struct owner *owner, const char *why)
{
	char since[MOMENT_SIZE], until[MOMENT_SIZE];
	const struct knowledge *known = owner->knowledge;
	uint64_t now = clock_ms();
	uint64_t first = (uint64_t)uatomic_read(&owner->failing_since) * 1000;
	if (owner->failing || first == 0 || owner->members == NULL ||
		now - first < NAME_LOG_FAILING_S * 1000 ||
		!freshness_is_within_ttl(known, now)) {
		return;
	}
	owner->failing = true;
	if (!may_forecast(log)) {
		return;
	}
	(void)moment_text(wall_of(first), since);
	(void)moment_text(wall_of(known->valid_until), until);
	enum dance_verdict verdict = (enum dance_verdict)owner->trouble;
	bool cut = strlen(why) >= DANCE_DETAIL_SIZE;
	name_log_say(log, DANCE_LOG_WARNING,
		"records not renewed, %s %s, verdict %s, since %s, until %s (%.*s%s%sthe records "
		"known are used until then); do: %s",
		key_of(owner), owner_text(owner), dance_verdict_name(verdict), since, until,
		DANCE_DETAIL_SIZE - 1, why, cut ? "..." : "", *why != '\0' ? "; " : "",
		advice_on(owner, verdict));
}

void name_log_shared_key(struct name_log *log, const struct owner *owner,
	const struct owner *other, const struct owner *first)
{
	name_log_say(log, DANCE_LOG_WARNING,
		"shared key, %s %s, other %s (a %s that shows it without a name is taken for "
		"%s); do: give each name a key of its own",
		key_of(owner), owner_text(owner), owner_text(other),
		role_of(owner) == DANCE_CLIENT ? "client" : "server", owner_text(first));
}

void name_log_memory(struct name_log *log, const struct owner *owner)
{
	name_log_say(log, DANCE_LOG_ERROR,
		"records not stored, %s %s (out of memory; they are looked up again); "
		"do: give more memory",
		key_of(owner), owner_text(owner));
}

void name_log_lookups(struct name_log *log, const char *why)
{
	if (strcmp(log->fault, why) == 0) {
		return;
	}
	if (*why != '\0') {
		name_log_say(log, DANCE_LOG_ERROR,
			"no lookup is possible (%s); do: check 'trust-anchor' and outgoing "
			"port 53; until then only records that are known and have not "
			"expired count",
			why);
	} else {
		name_log_say(log, DANCE_LOG_NOTICE, "lookups are possible again");
	}
	snprintf(log->fault, sizeof(log->fault), "%s", why);
}

void name_log_anchor(struct name_log *log, enum trust_anchor_news news,
	const struct trust_anchor *anchor)
{
	switch (news) {
	case TRUST_ANCHOR_NO_NEWS:
		break;
	case TRUST_ANCHOR_CHANGED:
		name_log_say(log, DANCE_LOG_NOTICE, "trust anchor has changed, file %s",
			anchor->path);
		break;
	case TRUST_ANCHOR_BROKEN:
		name_log_say(log, DANCE_LOG_WARNING,
			"the previous trust anchor stays in force (%s); do: correct this file "
			"before the next restart",
			anchor->why);
		break;
	case TRUST_ANCHOR_MENDED:
		name_log_say(log, DANCE_LOG_NOTICE,
			"trust anchor can be read again, file %s", anchor->path);
		break;
	}
}

void name_log_aging(struct name_log *log, const struct trust_anchor *anchor)
{
	if (strcmp(log->aging, anchor->aging) == 0) {
		return;
	}
	if (*anchor->aging != '\0') {
		name_log_say(log, DANCE_LOG_WARNING,
			"trust anchor is aging, file %s (%s); do: bring this file up to date, "
			"or every client may be refused when the root's key is replaced",
			anchor->path, anchor->aging);
	} else {
		name_log_say(log, DANCE_LOG_NOTICE, "trust anchor is up to date, file %s",
			anchor->path);
	}
	snprintf(log->aging, sizeof(log->aging), "%s", anchor->aging);
}
