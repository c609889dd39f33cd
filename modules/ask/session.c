/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads questions and writes answers, with a thread for each connection: hosts have few of
 * them, and keep them. Knows no dialect. */

#include "session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connections.h"
#include "decision.h"
#include "log.h"
#include "monotonic.h"
#include "question.h"
#include "shortage.h"
#include "stats_event.h"
#include "thread.h"

#define BATCH 64      /* connections at once, before other sockets have their turn */
#define WRITE_MS 5000 /* for an answer, which fits any socket's buffer */

struct session {
	struct connections_entry entry;
	char id[64]; /* of its section */
	size_t used; /* octets of what has been read */
	char octets[QUESTION_SIZE_MAX];
	char instance[QUESTION_INSTANCE_SIZE]; /* of the last client that was allowed */
};

/* --- the log ------------------------------------------------------------------------------ */

static void begin_line(struct log_line *line, const struct session *session,
	const struct question *question, const char *what)
{
	log_line_begin(line, "ask %s, %s", session->id, what);
	if (question->remote[0] != '\0') {
		log_line_key(line, "remote", "%s", question->remote);
	}
}

/* A host that is set up wrongly is told once. */
static void report_digest(const struct session *session, struct ask *ask,
	const struct question *question)
{
	if (question->digest_size == 0 || atomic_flag_test_and_set(&ask->digest_reported)) {
		return;
	}
	struct log_line line;
	log_line_begin(&line, "ask %s, no client can be authenticated", session->id);
	log_line_reason(&line,
		"the server's fingerprints have %zu octets, and are not SHA2-256",
		question->digest_size);
	log_composed(LEVEL_ERROR, &line,
		"set 'smtpd_tls_fingerprint_digest = sha256' in main.cf");
}

static void report_fault(const struct session *session, const struct question *question)
{
	struct log_line line;
	stats_count(STATS_MALFORMED);
	begin_line(&line, session, question, "malformed question");
	log_line_reason(&line, "%s%s%s",
		question->attribute != NULL ? question->attribute : "",
		question->attribute != NULL ? " " : "", question->fault);
	log_composed_limited(LEVEL_ERROR, &line,
		"check that 'dialect' agrees with the server's configuration");
}

/* All questions on a mail are about one client: the first tells it. */
static bool is_repeated(struct session *session, const struct question *question,
	const struct dance_result *result)
{
	bool allowed = result->verdict == DANCE_ALLOW;
	bool same = allowed && question->instance[0] != '\0' &&
		strcmp(session->instance, question->instance) == 0;
	memcpy(session->instance, question->instance, sizeof(session->instance));
	if (!allowed) {
		session->instance[0] = '\0';
	}
	return same || question->wants_header;
}

/* The advice for clients of DNS servers does not fit in two cases. */
static const char *advise(enum dance_verdict verdict)
{
	return verdict == DANCE_DENY_TRANSPORT ?
		"use TLS 1.3 on the client" :
		verdict == DANCE_DENY_UNPROVEN ?
		"configure the server to resume no sessions" :
		dance_verdict_advice(verdict, DANCE_CLIENT);
}

static void report(struct session *session, const struct question *question,
	const struct dance_result *result)
{
	static const struct {
		const char *what;
		enum log_level level;
	} outcomes[] = {
		[DANCE_CLASS_ALLOW] = { "client allowed", LEVEL_INFO },
		[DANCE_CLASS_DENY] = { "client not authenticated", LEVEL_NOTICE },
		[DANCE_CLASS_FAIL] = { "client failed", LEVEL_WARNING },
	};
	enum dance_class class = dance_verdict_class(result->verdict);
	enum log_level level = outcomes[class].level;
	/* Most clients of a mail server show no certificate. */
	if (result->verdict == DANCE_DENY_CREDENTIAL ||
		(result->verdict == DANCE_DENY_TRANSPORT && !question->over_tls) ||
		is_repeated(session, question, result)) {
		level = LEVEL_DEBUG;
	}
	struct log_line line;
	begin_line(&line, session, question, outcomes[class].what);
	log_line_result(&line, result);
	log_composed_limited(level, &line, advise(result->verdict));
}

/* --- one question ------------------------------------------------------------------------ */

static bool write_all(int fd, const char *octets, size_t size)
{
	int64_t until = monotonic_ms() + WRITE_MS;
	while (size > 0) {
		ssize_t written = send(fd, octets, size, MSG_NOSIGNAL);
		if (written >= 0) {
			octets += written;
			size -= (size_t)written;
			continue;
		}
		int64_t left = until - monotonic_ms();
		struct pollfd ready = { fd, POLLOUT, 0 };
		if ((errno != EAGAIN && errno != EINTR) || left <= 0 ||
			poll(&ready, 1, (int)left) == 0) {
			return false;
		}
	}
	return true;
}

/* Answers the question of `size` octets. False if the connection must end. */
static bool answer(struct session *session, struct ask *ask, const struct dialect *dialect,
	size_t size)
{
	struct question question;
	struct dance_result result = { .size = sizeof(result) };
	char text[ANSWER_SIZE];
	dialect->read(session->octets, size, &question);
	decision_make(ask, &question, &result);
	stats_count(STATS_QUESTIONS);
	stats_count_verdict(result.verdict);
	counts_question(&ask->counts, &result);
	if (question.fault != NULL) {
		counter_add(&ask->counts.section->malformed, 1);
		report_fault(session, &question);
	} else {
		report_digest(session, ask, &question);
		report(session, &question, &result);
	}
	size_t length = dialect->answer(text, &question, &result, ask->conf->header);
	session->used -= size;
	memmove(session->octets, session->octets + size, session->used);
	return length < sizeof(text) && write_all(session->entry.fd, text, length);
}

/* Octets of a question; 0 if none came in time, or at the end of the connection. */
static size_t read_more(struct session *session, int timeout_ms)
{
	struct pollfd ready = { session->entry.fd, POLLIN, 0 };
	(void)poll(&ready, 1, timeout_ms);
	/* A socket that is not ready has nothing. */
	ssize_t size = recv(session->entry.fd, session->octets + session->used,
		sizeof(session->octets) - session->used, 0);
	return size > 0 ? (size_t)size : 0;
}

static void report_no_question(const struct session *session)
{
	struct log_line line;
	stats_count(STATS_MALFORMED);
	log_line_begin(&line, "ask %s, malformed question", session->id);
	log_line_reason(&line, "it has no end, or too many octets");
	log_composed_limited(LEVEL_ERROR, &line,
		"check that 'dialect' agrees with the server's configuration");
}

/* Reads until a whole question is there: its octets, or 0 if the connection must end. It is idle
 * until the first octet has come, which may be with the question before. */
static size_t await_question(struct session *session, const struct dialect *dialect,
	const struct conf *conf)
{
	const int64_t time_ms = (int64_t)conf->request_timeout_s * 1000;
	int64_t until = monotonic_ms() + time_ms;
	for (;;) {
		size_t whole = 0;
		switch (dialect->frame(session->octets, session->used, &whole)) {
		case QUESTION_WHOLE:
			return whole;
		case QUESTION_NONE:
			report_no_question(session);
			return 0;
		case QUESTION_PART:
			break;
		}
		size_t more;
		if (session->used == 0) {
			if (!connections_rest(&session->entry)) {
				return 0;
			}
			more = read_more(session, (int)conf->idle_timeout_s * 1000);
			if (!connections_resume(&session->entry)) {
				return 0;
			}
			until = monotonic_ms() + time_ms;
		} else {
			int64_t left = until - monotonic_ms();
			more = left > 0 ? read_more(session, (int)left) : 0;
		}
		if (more == 0) {
			return 0;
		}
		session->used += more;
	}
}

/* By the runtime of the moment: a reload counts for the next question. False if the connection
 * must end, also because its section is gone. */
static bool serve_one(struct session *session, const struct dialect *dialect, size_t size)
{
	struct runtime *runtime = runtime_current();
	struct ask *ask = runtime != NULL ? runtime_ask(runtime, session->id) : NULL;
	bool goes_on = ask != NULL && dialect == dialect_of(ask->conf->dialect) &&
		answer(session, ask, dialect, size);
	runtime_release(runtime);
	return goes_on;
}

/* A runtime is not held while a connection is idle: a copy of what is needed of it. */
static bool look_up(const struct session *session, const struct dialect **dialect,
	struct conf *conf)
{
	struct runtime *runtime = runtime_current();
	struct ask *ask = runtime != NULL ? runtime_ask(runtime, session->id) : NULL;
	if (ask != NULL) {
		*dialect = dialect_of(ask->conf->dialect);
		conf->idle_timeout_s = runtime->conf->idle_timeout_s;
		conf->request_timeout_s = runtime->conf->request_timeout_s;
	}
	runtime_release(runtime);
	return ask != NULL;
}

static void *serve(void *arg)
{
	struct session *session = arg;
	const struct dialect *dialect;
	struct conf conf;
	size_t size;
	while (look_up(session, &dialect, &conf) &&
		(size = await_question(session, dialect, &conf)) != 0 &&
		serve_one(session, dialect, size)) {
	}
	int fd = session->entry.fd;
	connections_leave(&session->entry);
	close(fd);
	free(session);
	return NULL;
}

static void turn_away(const char *id)
{
	struct log_line line;
	stats_count(STATS_TURNED_AWAY);
	log_line_begin(&line, "ask %s, turned away", id);
	log_line_key(&line, "limit", "max-connections");
	log_composed_limited(LEVEL_WARNING, &line,
		"raise this limit if the server has so many processes");
}

static void report_shortage(const char *id, const char *why, const char *advice)
{
	struct log_line line;
	stats_count(STATS_TURNED_AWAY);
	log_line_begin(&line, "ask %s, out of room", id);
	log_line_reason(&line, "%s", why);
	log_composed_limited(LEVEL_ERROR, &line, advice);
}

static void count(struct counts_section *counts, bool accepted)
{
	if (counts != NULL) {
		counter_add(accepted ? &counts->accepted : &counts->turned_away, 1);
	}
}

bool session_start(const struct listener *listener, int fd)
{
	struct runtime *runtime = runtime_current();
	size_t max = runtime != NULL ? runtime->conf->max_connections : 0;
	struct ask *ask = runtime != NULL ? runtime_ask(runtime, listener->id) : NULL;
	/* It outlives the runtime. */
	struct counts_section *counts = ask != NULL ? ask->counts.section : NULL;
	runtime_release(runtime);
	bool made_way;
	struct session *session = malloc(sizeof(*session));
	if (session == NULL) {
		report_shortage(listener->id, "out of memory", SHORTAGE_OF_MEMORY);
		close(fd);
		return false;
	}
	session->used = 0;
	session->instance[0] = '\0';
	memcpy(session->id, listener->id, sizeof(session->id));
	if (!connections_enter(&session->entry, fd, max, &made_way)) {
		turn_away(listener->id);
		count(counts, false);
		free(session);
		close(fd);
		return false;
	}
	if (made_way) {
		stats_count(STATS_TURNED_AWAY);
		count(counts, false);
	}
	stats_count(STATS_CONNECTIONS);
	count(counts, true);
	if (!thread_start(NULL, serve, session)) {
		report_shortage(listener->id, "no thread can be started",
			SHORTAGE_OF_THREADS);
		connections_leave(&session->entry);
		free(session);
		close(fd);
		return false;
	}
	return true;
}

bool session_accept(const struct listener *listener)
{
	for (unsigned i = 0; i < BATCH; i++) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			if (!session_start(listener, fd)) {
				return false;
			}
			continue;
		}
		const int error = errno;
		const char *advice = shortage_after_accept(error);
		if (advice != NULL) {
			report_shortage(listener->id, strerror(error), advice);
		}
		return advice == NULL;
	}
	return true;
}
