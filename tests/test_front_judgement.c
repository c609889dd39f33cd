/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-front makes of a handshake: of one that proved nothing, of a name that must be sent,
 * and without memory; and which decisions are quick ones. */

#include "check.h"
#include "judgement.h"
#include "scene.h"
#include "tls.h"

#include <stdlib.h>

#define NAME "a.example"

static bool no_decisions;
static int allocations_left = -1; /* that succeed; negative: all */

struct dance_decision *__real_dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg);
struct dance_decision *__wrap_dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg);
struct dance_decision *__wrap_dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg)
{
	return no_decisions ? NULL : __real_dance_decision_new(roster, peer, wake, arg);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return allocations_left < 0 || allocations_left-- > 0 ? __real_calloc(count, size) :
								NULL;
}

/* A decision of the test's own instead of libdance's, unless it is DANCE_UNDECIDED. */
static struct dance_result made_up;

enum dance_verdict __real_dance_decision_take(struct dance_decision *decision,
	struct dance_result *into);
enum dance_verdict __wrap_dance_decision_take(struct dance_decision *decision,
	struct dance_result *into);
enum dance_verdict __wrap_dance_decision_take(struct dance_decision *decision,
	struct dance_result *into)
{
	if (made_up.verdict == DANCE_UNDECIDED) {
		return __real_dance_decision_take(decision, into);
	}
	*into = made_up;
	return made_up.verdict;
}

enum dance_verdict __real_dance_openssl_peer_verify(struct dance_openssl_peer *peer,
	struct dance_roster *roster, struct dance_result *into);
enum dance_verdict __wrap_dance_openssl_peer_verify(struct dance_openssl_peer *peer,
	struct dance_roster *roster, struct dance_result *into);
enum dance_verdict __wrap_dance_openssl_peer_verify(struct dance_openssl_peer *peer,
	struct dance_roster *roster, struct dance_result *into)
{
	if (made_up.verdict == DANCE_UNDECIDED) {
		return __real_dance_openssl_peer_verify(peer, roster, into);
	}
	*into = made_up;
	return made_up.verdict;
}

static unsigned looks; /* of whom was refused, for news */

void __wrap_dance_look_again(struct dance_roster *roster, const struct dance_peer *peer);
void __wrap_dance_look_again(struct dance_roster *roster, const struct dance_peer *peer)
{
	assert_non_null(roster);
	assert_non_null(peer);
	looks++;
}

static struct credential host, mine, above;
static SSL_CTX *server, *client;
static struct tls_pair pair;
static struct tls_word said; /* by the client */
static struct conf_front conf;
static struct front front = { .conf = &conf };
static struct runtime runtime;
static struct judgement judgement;
static struct dance_result result;

static int begin(void **state)
{
	int wrong = scene_begin(state);
	make_certificate(&host, &(struct wish){ .key = KEY_P256 });
	make_certificate(&above,
		&(struct wish){
			.key = KEY_P256, .common_name = "above", .authority = true });
	static const struct alternative_name names[] = { DNS(NAME) };
	make_certificate(&mine,
		&(struct wish){ .key = KEY_P256,
			.issuer = &above,
			.names = names,
			.name_count = 1 });
	server = tls_new(&host, NULL);
	client = tls_new(&mine, &above);
	tls_say(client, DANCE_OPENSSL_EXTENSION, &said);
	assert_true(dance_openssl_arm_server(server, NULL));
	conf = (struct conf_front){ .require_name = false };
	result = (struct dance_result){ .size = sizeof(result) };
	return wrong;
}

static int end(void **state)
{
	static const struct judgement none;
	judgement_clear(&judgement);
	assert_memory_equal(&judgement, &none, sizeof(none));
	judgement_clear(&judgement);
	made_up.verdict = DANCE_UNDECIDED;
	looks = 0;
	tls_end(&pair);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	dance_roster_free(front.roster);
	front.roster = NULL;
	clear_certificate(&host);
	clear_certificate(&mine);
	clear_certificate(&above);
	no_decisions = false;
	allocations_left = -1;
	return scene_end(state);
}

/* DNS has 3 1 1 of the client's key, or 2 0 1 of the certificate above. */
static void permit(bool path)
{
	const struct dance_tlsa record = { 2, 0, 1, above.sha256[TLSA_CERTIFICATE], 32 };
	if (path) {
		publish_records(NAME, 60, &record, 1);
	} else {
		publish(NAME, 60, &mine);
	}
	front.roster = roster_of(NAME, NULL);
}

static void come(const struct tls_word *word)
{
	said = word != NULL ? *word : (struct tls_word){ NULL, 0, 0 };
	assert_true(tls_connect(&pair, client, server));
	judgement_begin(&judgement);
}

static enum dance_verdict judge(void)
{
	return judgement_of_handshake(&judgement, pair.server.ssl, &front, NULL, &result);
}

/* By a key that is a matter of microseconds; a path is not, and nor is what is not known yet. */
static void a_decision_by_the_key_is_a_quick_one(void **state)
{
	(void)state;
	static const struct tls_word word = { "\x09" NAME, 10, 0 };
	for (unsigned row = 0; row < 4; row++) {
		bool path = (row & 1) != 0, named = (row & 2) != 0;
		permit(path);
		come(named ? &word : NULL);
		assert_false(judgement_is_cheap(&judgement));
		check_verdict(judge(), DANCE_ALLOW);
		assert_int_equal(result.usage, path ? 2 : 3);
		assert_int_equal(judgement_is_cheap(&judgement), !path);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
	publish("*.example", 60, &host); /* of another key */
	front.roster = roster_of(NAME, NULL);
	come(&word);
	check_verdict(judge(), DANCE_DENY_MISMATCH);
	assert_false(judgement_is_cheap(&judgement));
}

/* Whether the client sends its name or not. */
static void only_an_allow_by_the_key_makes_the_next_a_quick_one(void **state)
{
	static const struct tls_word word = { "\x09" NAME, 10, 0 };
	static const struct {
		enum dance_verdict verdict;
		uint8_t usage;
		bool cheap;
	} rows[] = {
		{ DANCE_ALLOW, 3, true },
		{ DANCE_ALLOW, 2, false },
		{ DANCE_ALLOW, 1, false },
		{ DANCE_DENY_NAME, 3, false },
		{ DANCE_FAIL_TIMEOUT, 0, false },
	};
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		permit(false);
		come(i % 2 == 0 ? &word : NULL);
		made_up = (struct dance_result){ .size = sizeof(made_up),
			.verdict = rows[i / 2].verdict,
			.usage = rows[i / 2].usage };
		check_verdict(judge(), rows[i / 2].verdict);
		assert_int_equal(judgement_is_cheap(&judgement), rows[i / 2].cheap);
		assert_null(judgement.decision);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

/* Its record may have come since. */
static void who_was_refused_is_looked_for_again(void **state)
{
	(void)state;
	publish(NAME, 60, &host); /* of another key */
	front.roster = roster_of(NAME, NULL);
	come(NULL);
	check_verdict(judge(), DANCE_DENY_MISMATCH);
	judgement_keep(&judgement, &runtime, &result);
	check_verdict(judgement_find(&judgement, &runtime, &front, &result),
		DANCE_DENY_MISMATCH);
	assert_int_equal(looks, 1);
}

static void a_name_that_must_be_sent_is_missed(void **state)
{
	(void)state;
	static const struct tls_word word = { "\x09" NAME, 10, 0 };
	permit(false);
	conf.require_name = true;
	come(&word);
	check_verdict(judge(), DANCE_ALLOW);
	tls_end(&pair);
	judgement_clear(&judgement);
	come(NULL);
	check_verdict(judge(), DANCE_DENY_NAME);
	assert_string_equal(result.detail, "the client did not send its name");
	assert_int_equal(result.size, sizeof(result));
}

/* What the handshake proved counts for the first query, and is then decided anew. */
static void a_decision_is_made_use_of_once(void **state)
{
	(void)state;
	permit(false);
	come(NULL);
	check_verdict(judge(), DANCE_ALLOW);
	judgement_keep(&judgement, &runtime, &result);
	result.verdict = DANCE_UNDECIDED;
	check_verdict(judgement_find(&judgement, &runtime, &front, &result), DANCE_ALLOW);
	assert_int_equal(looks, 0); /* for news: nothing can be better */
	check_verdict(judgement_find(&judgement, &runtime, &front, &result),
		DANCE_UNDECIDED);
	assert_null(judgement.early);
	judgement_keep(&judgement, &runtime, &result); /* has no place any more */
	assert_null(judgement.early);
}

static void who_proves_nothing_is_told_so_again(void **state)
{
	(void)state;
	permit(false);
	SSL_CTX_free(client);
	client = tls_new(NULL, NULL);
	come(NULL);
	check_verdict(judge(), DANCE_DENY_CREDENTIAL);
	judgement_keep(&judgement, &runtime, &result);
	check_verdict(judgement_find(&judgement, &runtime, &front, &result),
		DANCE_DENY_CREDENTIAL);
	judgement_settle(&judgement); /* the reason stays */
	check_verdict(judgement_find(&judgement, &runtime, &front, &result),
		DANCE_DENY_CREDENTIAL);
}

static void is_out_of_memory(void)
{
	check_verdict(result.verdict, DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "out of memory");
	assert_int_equal(result.size, sizeof(result));
}

static void without_memory_nobody_is_let_in(void **state)
{
	(void)state;
	permit(false);
	come(NULL);
	allocations_left = 0;
	check_verdict(judge(), DANCE_FAIL_INTERNAL);
	allocations_left = -1;
	is_out_of_memory();
	judgement_keep(&judgement, &runtime, &result);
	check_verdict(judgement_find(&judgement, &runtime, &front, &result),
		DANCE_FAIL_INTERNAL);
	judgement_clear(&judgement);

	judgement_begin(&judgement);
	no_decisions = true;
	result = (struct dance_result){ .size = 0 };
	check_verdict(judge(), DANCE_FAIL_INTERNAL);
	is_out_of_memory();
	assert_null(judgement.decision);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_decision_by_the_key_is_a_quick_one),
		ONE(only_an_allow_by_the_key_makes_the_next_a_quick_one),
		ONE(who_was_refused_is_looked_for_again),
		ONE(a_name_that_must_be_sent_is_missed),
		ONE(a_decision_is_made_use_of_once),
		ONE(who_proves_nothing_is_told_so_again),
		ONE(without_memory_nobody_is_let_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
