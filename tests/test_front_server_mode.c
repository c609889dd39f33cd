/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One client of a front from its handshake to its last query: how often it is decided about,
 * and by what. The query is one that is not passed on, so that no server behind is needed: the
 * answer tells a client that may come from one that may not. */

#include "check.h"

#include "dance_openssl.h"
#include "log.h"
#include "message.h"
#include "scene.h"
#include "server_mode.h"
#include "tls.h"

#include <gnutls/x509.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME "a.example"
#define TTL 60
#define PATIENCE_S 20
#define SAID(literal) { literal, sizeof(literal) - 1, 0 }

/* Extended errors: of a query that is not passed on, of a client that may not come, and of one
 * for which DNS takes too long. */
enum {
	NOT_PASSED = 21,
	PROHIBITED = 18,
	NOT_IN_TIME = 23
};

static struct credential host, mine, other;
static const struct tls_word said = SAID("\x09" NAME), silence;
static char folder[] = "/tmp/test_front_serve.XXXXXX";

static atomic_uint decisions;
static atomic_long now_s = 1000; /* of the clock that counts sleep */
static atomic_uint looks;        /* at it */
static unsigned lasts_s;         /* how long each decision takes by it */

static struct far_end {
	struct connection *connection;
	pthread_t thread;
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
} far;

enum dance_verdict __real_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided)
{
	atomic_fetch_add(&decisions, 1);
	atomic_fetch_add(&now_s, (long)lasts_s);
	return __real_dance_verify(with, peer, decided);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_BOOTTIME) {
		return __real_clock_gettime(clock, now);
	}
	*now = (struct timespec){ .tv_sec = atomic_load(&now_s) };
	atomic_fetch_add(&looks, 1);
	return 0;
}

/* --- the front ---------------------------------------------------------------------------- */

static void path_of(char path[64], const char *name)
{
	snprintf(path, 64, "%s/%s", folder, name);
}

static void write_key(void)
{
	char path[64];
	gnutls_datum_t pem;
	path_of(path, "key.pem");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(gnutls_x509_privkey_export2_pkcs8(host.key, GNUTLS_X509_FMT_PEM,
				 NULL, GNUTLS_PKCS_PLAIN, &pem),
		0);
	assert_int_equal(fwrite(pem.data, 1, pem.size, file), pem.size);
	assert_int_equal(fclose(file), 0);
	gnutls_free(pem.data);
}

/* Puts settings in force in which this name may come. */
static void permit(const char *name, const char *more)
{
	char text[1024], error[CONF_ERROR_SIZE];
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: %d\n"
		"dns:\n    timeout: 20\n"
		"identity:\n  - id: it\n    name: %s\n    address: 192.0.2.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1\n    key-file: %s/key.pem\n"
		"    server: 127.0.0.1@9\n    identity: it\n%s",
		PATIENCE_S, name, folder, more);
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	struct settings *settings = conf != NULL ? settings_new(conf, error) : NULL;
	struct settings *old = far.connection != NULL ? far.connection->settings : NULL;
	if (settings == NULL || !settings_start(settings, old, error)) {
		fail_msg("%s", error);
	}
	settings_install(settings);
	fake_resolver_settle();
}

static int make(void **state)
{
	(void)state;
	make_certificate(&host, &(struct wish){ .key = KEY_P256 });
	make_certificate(&mine, &(struct wish){ .key = KEY_ED25519 });
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	assert_non_null(mkdtemp(folder));
	write_key();
	log_set(false, CONF_LOG_ERROR);
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return 0;
}

static int clear(void **state)
{
	char path[64];
	(void)state;
	clear_certificate(&host);
	clear_certificate(&mine);
	clear_certificate(&other);
	path_of(path, "key.pem");
	return unlink(path) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static int begin(void **state)
{
	int wrong = scene_begin(state);
	publish(NAME, TTL, &mine);
	publish("b.example", TTL, &other);
	permit(NAME, "");
	return wrong;
}

static int end(void **state)
{
	settings_install(NULL);
	return scene_end(state);
}

/* --- a client ----------------------------------------------------------------------------- */

static void *serve(void *arg)
{
	server_mode_run(arg);
	return NULL;
}

static void arrive(int fd)
{
	const struct sockaddr_in from = { .sin_family = AF_INET };
	const struct connection_limits limits = { 9, 9, 9, 9, 9, 9 };
	const char *crowded;
	far.connection = calloc(1, sizeof(*far.connection));
	assert_non_null(far.connection);
	far.connection->stream = (struct stream){ .fd = fd };
	memcpy(&far.connection->from, &from, sizeof(from));
	far.connection->settings = settings_current();
	far.connection->front = settings_front(far.connection->settings, "xot");
	assert_null(limits_enter(&far.connection->entry, &limits, fd,
		(const struct sockaddr *)&far.connection->from, &crowded));
	assert_int_equal(pthread_create(&far.thread, NULL, serve, far.connection), 0);
}

/* One has shaken hands, and is waited for with its first query. */
static void come(const struct credential *own, const struct tls_word *word)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	int pair[2];
	atomic_store(&decisions, 0);
	atomic_store(&looks, 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)),
		0);
	far.fd = pair[0];
	far.ctx = tls_new(own, NULL);
	tls_say(far.ctx, DANCE_OPENSSL_EXTENSION, word);
	assert_int_equal(SSL_CTX_set_alpn_protos(far.ctx,
				 (const unsigned char *)"\x03"
							"dot",
				 4),
		0);
	far.ssl = SSL_new(far.ctx);
	struct tls_end unused = { .alert = -1 };
	assert_true(SSL_set_app_data(far.ssl, &unused));
	assert_true(SSL_set_fd(far.ssl, far.fd));
	arrive(pair[1]);
	bool shaken = SSL_connect(far.ssl) == 1;
	SSL_set_info_callback(far.ssl, NULL);
	assert_true(shaken);
}

static void hear(uint8_t *octets, size_t size)
{
	for (size_t got; size > 0; octets += got, size -= got) {
		got = 0;
		assert_true(SSL_read_ex(far.ssl, octets, size, &got));
	}
}

/* Asks "example." A, with an OPT record; the extended error of the answer. */
static int ask(void)
{
	static const uint8_t query[] = "\0\x24"
				       "\0\1\0\0\0\1\0\0\0\0\0\1"
				       "\7example\0\0\1\0\1"
				       "\0\0\x29\x10\0\0\0\0\0\0\0";
	uint8_t length[2], answer[MESSAGE_MAX];
	struct message_reply reply;
	size_t put;
	assert_true(SSL_write_ex(far.ssl, query, sizeof(query) - 1, &put));
	hear(length, sizeof(length));
	size_t size = (size_t)length[0] << 8 | length[1];
	hear(answer, size);
	assert_true(message_read_reply(answer, size, &reply));
	return reply.ede;
}

/* The front has closed the connection, or may do so now. */
static void leave(bool closed)
{
	uint8_t octet;
	size_t got;
	if (closed) {
		assert_false(SSL_read_ex(far.ssl, &octet, 1, &got));
	}
	SSL_free(far.ssl);
	SSL_CTX_free(far.ctx);
	ERR_clear_error();
	close(far.fd);
	pthread_join(far.thread, NULL);
	settings_release(far.connection->settings);
	limits_leave(&far.connection->entry);
	free(far.connection);
	far = (struct far_end){ 0 };
}

/* The answer to a query, and the decisions so far. */
static void asks(int answer, unsigned decided)
{
	assert_int_equal(ask(), answer);
	assert_int_equal(atomic_load(&decisions), decided);
}

/* --- what it is about --------------------------------------------------------------------- */

static void handshake_and_first_query_are_one_decision(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	for (size_t i = 0; i < ROWS(words); i++) {
		come(&mine, words[i]);
		asks(NOT_PASSED, 1);
		leave(false);
		come(&other, words[i]);
		asks(PROHIBITED, 1);
		leave(true);
	}
}

static void each_further_query_is_another(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	asks(NOT_PASSED, 2);
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	asks(PROHIBITED, 3);
	leave(true);
}

/* Of a client without a name: when it comes, and when what was decided is kept, there is a
 * look at the clock. */
static void await_decision(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	while (atomic_load(&looks) < 2) {
		nanosleep(&moment, NULL);
	}
	assert_int_equal(atomic_load(&decisions), 1);
}

static void an_allow_counts_within_its_ttl(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	atomic_fetch_add(&now_s, TTL);
	asks(PROHIBITED, 2);
	leave(true);
}

/* A record that has come after the handshake lets the client in, on the same connection. */
static void a_no_counts_until_dns_says_something_new(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	asks(NOT_PASSED, 2);
	leave(false);

	come(&mine, &silence);
	await_decision();
	pass(TTL * 1000);
	atomic_fetch_add(&now_s, 59);
	asks(PROHIBITED, 1);
	leave(true);
}

/* As the decision itself would have seen to. */
static void a_refusal_that_is_kept_brings_a_look_up(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	pass(10000);
	unsigned asked = fake_resolver_asked(NAME);
	publish(NAME, TTL, &other);
	asks(PROHIBITED, 1);
	leave(true);
	fake_resolver_settle();
	assert_true(fake_resolver_asked(NAME) > asked);
	come(&other, &silence);
	asks(NOT_PASSED, 1);
	leave(false);
}

static void it_counts_under_the_same_settings(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	permit(NAME, "");
	asks(NOT_PASSED, 2);
	leave(false);

	come(&mine, &silence);
	await_decision();
	permit(NAME, "    require-name: on\n");
	asks(PROHIBITED, 1);
	leave(true);

	permit(NAME, "");
	come(&mine, &silence);
	await_decision();
	permit("b.example", "");
	asks(PROHIBITED, 2);
	leave(true);
}

/* Who has not waited for long is let wait once more, and nobody waits twice for long. */
static void a_client_does_not_wait_for_long_twice(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	static const struct tls_word slow = SAID("\x0c"
						 "slow.example");
	publish_held("slow.example", TTL, &mine);
	permit("slow.example", "");
	fake_clock_set_pace(5);
	for (size_t i = 0; i < ROWS(words); i++) {
		const struct tls_word *word = words[i] == &said ? &slow : words[i];
		lasts_s = 0;
		come(&mine, word);
		asks(NOT_IN_TIME, word == &slow ? 3 : 2);
		leave(true);
		lasts_s = 1;
		come(&mine, word);
		asks(NOT_IN_TIME, 1);
		leave(true);
	}
	lasts_s = 0;
	fake_clock_set_pace(0);
	fake_resolver_release("slow.example");
}

static void nothing_shown_is_nothing_to_decide(void **state)
{
	(void)state;
	come(NULL, &silence);
	asks(PROHIBITED, 0);
	leave(true);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(handshake_and_first_query_are_one_decision),
		ONE(each_further_query_is_another),
		ONE(an_allow_counts_within_its_ttl),
		ONE(a_no_counts_until_dns_says_something_new),
		ONE(a_refusal_that_is_kept_brings_a_look_up),
		ONE(it_counts_under_the_same_settings),
		ONE(a_client_does_not_wait_for_long_twice),
		ONE(nothing_shown_is_nothing_to_decide),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
