/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections to primaries, and the lines of the log about them. */

#include "primary.h"

#include <errno.h>
#include <openssl/err.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libknot/consts.h>

#include "dance_openssl.h"
#include "log.h"
#include "monotonic.h"
#include "policy.h"
#include "stats_event.h"
#include "stored_key.h"

/* What comes of a step with one primary. */
enum outcome {
	FAILED = 0,
	DONE,
	WAITS,
};

/* Why an attempt has failed. */
struct failure {
	const char *what;   /* NULL: the verdict says no */
	const char *advice; /* what to do about it */
	char reason[160];
};

static enum outcome fail(struct failure *failure, const char *what, const char *reason,
	const char *advice)
{
	failure->what = what;
	failure->advice = advice;
	snprintf(failure->reason, sizeof(failure->reason), "%s", reason);
	return FAILED;
}

static enum outcome fail_for_memory(struct failure *failure)
{
	return fail(failure, "handshake failed", "out of memory",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_SERVER));
}

static enum outcome fail_to_reach(struct failure *failure, int error)
{
	return fail(failure, "primary unreachable", strerror(error),
		"check 'primary' and the path to this port");
}

/* What was decided about the primary, which is no client. */
static void append_result(struct log_line *line, const struct client *client,
	const struct dance_result *result)
{
	struct dance_result nameless = *result;
	nameless.name[0] = '\0';
	log_line_key(line, "owner", "%s", client->owner);
	log_line_result(line, &nameless);
}

/* The verdict says no. */
static enum outcome refuse(const struct client *client, struct primary *primary,
	struct failure *failure)
{
	counts_verdict(client->counts, primary->result.verdict);
	primary->ede = KNOT_EDNS_EDE_PROHIBITED;
	return fail(failure, NULL, "",
		dance_verdict_advice(primary->result.verdict, DANCE_SERVER));
}

/* Is the primary proved? The verdict was made during the handshake, before we sent
 * anything: it counts even if the handshake failed. */
static enum outcome is_proved(const struct client *client, struct primary *primary,
	SSL *ssl, struct failure *failure)
{
	if (dance_openssl_server_verdict(ssl, &primary->result) != DANCE_ALLOW) {
		return refuse(client, primary, failure);
	}
	counts_verdict(client->counts, DANCE_ALLOW);
	const unsigned char *alpn;
	unsigned size;
	SSL_get0_alpn_selected(ssl, &alpn, &size);
	if (size != 3 || memcmp(alpn, "dot", 3) != 0) {
		/* RFC 9103 7.1 */
		return fail(failure, "handshake failed",
			"the primary did not choose ALPN 'dot'",
			"ask the primary's operator for DNS over TLS (RFC 9103)");
	}
	return DONE;
}

/* TLS on a connected socket; DNS is asked for the primary when it shows its certificate. */
static enum outcome secure(struct primary_search *search, struct failure *failure)
{
	struct stream *stream = search->stream;
	search->primary->result.size = sizeof(search->primary->result);
	if (!stream_secure(stream, search->client->tls) ||
		SSL_set_tlsext_host_name(stream->ssl, search->client->conf->name) != 1) {
		return fail_for_memory(failure);
	}
	SSL_set_connect_state(stream->ssl);
	if (search->owner.wake != NULL &&
		!dance_openssl_no_wait(stream->ssl, search->owner.wake, search->owner.arg)) {
		ERR_clear_error();
		return fail_for_memory(failure);
	}
	return DONE;
}

/* Why has the handshake failed? */
static enum outcome fail_handshake(struct primary_search *search, const char *why,
	struct failure *failure)
{
	SSL *ssl = search->stream->ssl;
	enum dance_verdict verdict = dance_openssl_server_verdict(ssl,
		&search->primary->result);
	const char *advice = stored_key_advice(ssl);
	if (advice != NULL) {
		return fail(failure, "handshake failed", why, advice);
	}
	if (verdict == DANCE_DENY_UNPROVEN || verdict == DANCE_UNDECIDED) {
		/* The primary's records were not the reason. */
		return fail(failure, "handshake failed", why,
			"check that the primary speaks TLS 1.3 on this port");
	}
	return is_proved(search->client, search->primary, ssl, failure);
}

static void append_failure(struct log_line *line, const struct client *client,
	const struct primary *primary, const struct failure *failure)
{
	if (failure->what == NULL) {
		append_result(line, client, &primary->result);
	} else {
		log_line_reason(line, "%s", failure->reason);
	}
}

/* Tells the log, and the secondary by `why`. */
static void tell_failure(const struct client *client, const struct address *address,
	struct primary *primary, const struct failure *failure)
{
	bool failed = dance_verdict_class(primary->result.verdict) == DANCE_CLASS_FAIL;
	const char *what = failure->what != NULL ? failure->what :
		failed                           ? "primary failed" :
						   "primary refused";
	struct log_line line;
	log_line_begin(&line, "%s", what);
	append_failure(&line, client, primary, failure);
	snprintf(primary->why, sizeof(primary->why), "%.*s", (int)sizeof(primary->why) - 1,
		log_line_end(&line, sizeof(primary->why), NULL));
	log_line_begin(&line, "client %s, %s", client->conf->id, what);
	log_line_key(&line, "primary", "%s", address->text);
	append_failure(&line, client, primary, failure);
	log_composed_limited(LEVEL_WARNING, &line, failure->advice);
}

/* --- the search, step by step ------------------------------------------------------------ */

static const struct address *address_of(const struct primary_search *search)
{
	return &search->client->conf->primaries[search->number];
}

static enum outcome wait_until(const struct primary_search *search, short events,
	struct primary_wait *wait)
{
	*wait = (struct primary_wait){ events, search->deadline };
	return WAITS;
}

static enum outcome begin_with(struct primary_search *search, struct failure *failure)
{
	const struct address *address = address_of(search);
	search->deadline = monotonic_ms() +
		(int64_t)search->conf->handshake_timeout_s * 1000;
	search->primary->ede = KNOT_EDNS_EDE_NETWORK;
	int fd = stream_connect((const struct sockaddr *)&address->socket, address->size,
		NULL, 0);
	int error = errno;
	*search->stream = (struct stream){ .fd = fd };
	search->phase = PRIMARY_CONNECTS;
	return fd >= 0 ? DONE : fail_to_reach(failure, error);
}

static enum outcome await_connection(struct primary_search *search, struct failure *failure,
	struct primary_wait *wait)
{
	int error = ETIMEDOUT;
	if (stream_is_connected(search->stream->fd)) {
		error = stream_connect_error(search->stream->fd);
	} else if (monotonic_ms() < search->deadline) {
		return wait_until(search, POLLOUT, wait);
	}
	if (error != 0) {
		return fail_to_reach(failure, error);
	}
	search->phase = PRIMARY_SHAKES;
	return secure(search, failure);
}

/* DNS has longer than the handshake, and has not answered by the end of that. */
static enum outcome fail_for_dns(struct primary_search *search, struct failure *failure)
{
	struct dance_result *result = &search->primary->result;
	*result = (struct dance_result){ .size = sizeof(*result),
		.verdict = DANCE_FAIL_TIMEOUT };
	snprintf(result->detail, sizeof(result->detail),
		"no answer within the time for the handshake");
	return refuse(search->client, search->primary, failure);
}

static enum outcome shake(struct primary_search *search, struct failure *failure,
	struct primary_wait *wait)
{
	char why[sizeof(failure->reason)];
	switch (stream_shake(search->stream, why, sizeof(why))) {
	case STREAM_FINISHED:
	case STREAM_ERROR:
		break;
	case STREAM_AGAIN:
		if (monotonic_ms() < search->deadline) {
			return wait_until(search, search->stream->read_wants, wait);
		}
		if (search->stream->read_wants == 0) {
			return fail_for_dns(search, failure);
		}
		snprintf(why, sizeof(why), "not finished in time");
		break;
	case STREAM_OK:
		return is_proved(search->client, search->primary, search->stream->ssl,
			failure);
	}
	return fail_handshake(search, why, failure);
}

/* The next one. False after the last. */
static bool choose(struct primary_search *search)
{
	if (search->tried == search->client->conf->primary_count) {
		return false;
	}
	size_t at = search->tried++;
	search->number = at == 0 ? search->best : at <= search->best ? at - 1 : at;
	return true;
}

static void leave(struct primary_search *search)
{
	if (search->owner.leaving != NULL && search->stream->fd >= 0) {
		search->owner.leaving(search->owner.arg);
	}
	stream_close(search->stream);
	search->phase = PRIMARY_NEXT;
}

static void found(struct primary_search *search)
{
	struct client *client = search->client;
	search->primary->address = address_of(search);
	search->phase = PRIMARY_NEXT;
	atomic_store(&client->best, search->number);
	if (atomic_exchange(&client->unreachable, false)) {
		log_line(LEVEL_NOTICE, "client %s, primary reachable again, primary %s",
			client->conf->id, address_of(search)->text);
	}
}

void primary_begin(struct primary_search *search, struct client *client,
	const struct conf *conf, struct stream *stream, struct primary *primary,
	const struct primary_owner *owner)
{
	*search = (struct primary_search){ .client = client,
		.conf = conf,
		.stream = stream,
		.primary = primary,
		.owner = *owner,
		.best = atomic_load(&client->best) };
	*stream = STREAM_NONE;
}

enum primary_status primary_step(struct primary_search *search, struct primary_wait *wait)
{
	for (;;) {
		struct failure failure;
		enum outcome outcome = FAILED;
		bool shakes = search->phase == PRIMARY_SHAKES;
		switch (search->phase) {
		case PRIMARY_NEXT:
			if (!choose(search)) {
				atomic_store(&search->client->unreachable, true);
				return PRIMARY_NONE;
			}
			outcome = begin_with(search, &failure);
			break;
		case PRIMARY_CONNECTS:
			outcome = await_connection(search, &failure, wait);
			break;
		case PRIMARY_SHAKES:
			outcome = shake(search, &failure, wait);
			break;
		}
		if (outcome == WAITS) {
			return PRIMARY_WAITS;
		}
		if (outcome == FAILED) {
			leave(search);
			tell_failure(search->client, address_of(search), search->primary,
				&failure);
		} else if (shakes) {
			found(search);
			return PRIMARY_FOUND;
		}
	}
}

void primary_stop(struct primary_search *search)
{
	leave(search);
}

/* --- the search, by a thread that waits --------------------------------------------------- */

/* Rings when DNS has something to say. */
struct bell {
	pthread_mutex_t lock;
	pthread_cond_t rung;
	bool rings;
};

static void ring(void *arg)
{
	struct bell *bell = arg;
	pthread_mutex_lock(&bell->lock);
	bell->rings = true;
	pthread_cond_signal(&bell->rung);
	pthread_mutex_unlock(&bell->lock);
}

static void bell_init(struct bell *bell)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&bell->rung, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&bell->lock, NULL);
	bell->rings = false;
}

static void bell_clear(struct bell *bell)
{
	pthread_cond_destroy(&bell->rung);
	pthread_mutex_destroy(&bell->lock);
}

static void bell_wait(struct bell *bell, int64_t until)
{
	const struct timespec end = { .tv_sec = (time_t)(until / 1000),
		.tv_nsec = (long)(until % 1000) * 1000000 };
	pthread_mutex_lock(&bell->lock);
	while (!bell->rings && monotonic_ms() < until) {
		(void)pthread_cond_timedwait(&bell->rung, &bell->lock, &end);
	}
	bell->rings = false;
	pthread_mutex_unlock(&bell->lock);
}

static void socket_wait(int fd, const struct primary_wait *wait)
{
	int64_t left = wait->until - monotonic_ms();
	struct pollfd poll_fd = { .fd = fd, .events = wait->events };
	if (left > 0 && poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left) < 0 &&
		errno != EINTR) {
		monotonic_pause();
	}
}

bool primary_connect(struct client *client, const struct conf *conf, struct stream *stream,
	struct primary *primary)
{
	struct bell bell;
	const struct primary_owner owner = { .wake = ring, .arg = &bell };
	struct primary_search search;
	struct primary_wait wait;
	enum primary_status status;
	bell_init(&bell);
	primary_begin(&search, client, conf, stream, primary, &owner);
	while ((status = primary_step(&search, &wait)) == PRIMARY_WAITS) {
		if (wait.events != 0) {
			socket_wait(stream->fd, &wait);
		} else {
			bell_wait(&bell, wait.until);
		}
	}
	bell_clear(&bell);
	return status == PRIMARY_FOUND;
}

/* --- the log ------------------------------------------------------------------------------ */

void primary_log(const struct client *client, const struct primary *primary,
	const struct message_question *question)
{
	struct log_line line;
	log_line_begin(&line, "client %s, %s %s allowed", client->conf->id,
		question->type_name, question->name);
	log_line_key(&line, "primary", "%s", primary->address->text);
	append_result(&line, client, &primary->result);
	log_composed(policy_is_heavy(question) ? LEVEL_INFO : LEVEL_DEBUG, &line, NULL);
}

static struct policy_server server_of(const struct client *client,
	const struct primary *primary)
{
	return (struct policy_server){
		.is_primary = true,
		.id = client->conf->id,
		.text = primary->address != NULL ? primary->address->text : "",
		.counts = client->counts,
	};
}

void primary_log_answer(const struct client *client, const struct primary *primary,
	const uint8_t *message, size_t size)
{
	const struct policy_server server = server_of(client, primary);
	policy_log_answer(&server, message, size);
}

void primary_log_outcome(const struct client *client, const struct primary *primary,
	unsigned answer_ms, enum relay_outcome outcome)
{
	const struct policy_server server = server_of(client, primary);
	policy_log_outcome(&server, answer_ms, outcome);
}
