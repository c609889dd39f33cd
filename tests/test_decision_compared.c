/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that never waits says what dance_verify() says: the same answers of DNS, by chance,
 * come to a thread that waits and to a host that is woken, and both must end alike, at the same
 * time, with the same lookups. DANCE_COMPARED_CASES says how many, DANCE_COMPARED_SEED which. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <gnutls/crypto.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CASES_DEFAULT 150
#define STEPS 12

/* When names are looked up again is by chance: here by the same. */
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size)
{
	(void)level;
	memset(data, 0, size);
	return 0;
}

static const struct alternative_name one[] = { DNS("x.sub.example") };
static const struct alternative_name many[] = { DNS("b.example"), DNS("y.sub.example"),
	DNS("x.sub.example") };
static struct credential authority, plain, named, manifold, issued;

const struct fixture fixtures[] = {
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &plain, { .key = KEY_P256 } },
	{ &named, { .key = KEY_ED25519, .names = one, .name_count = ROWS(one) } },
	{ &manifold, { .key = KEY_ED25519, .names = many, .name_count = ROWS(many) } },
	{ &issued,
		{ .key = KEY_P256,
			.issuer = &authority,
			.names = many,
			.name_count = ROWS(many) } },
	{ NULL, { 0 } },
};

static const struct credential *const credentials[] = { &plain, &named, &manifold,
	&issued };
static const char *const texts[] = { "a.example", "b.example", "c.example", "x.sub.example",
	"y.sub.example", "@l.example" };
static const char *const lists[] = { "a.example", "a.example b.example x.sub.example",
	"c.example b.example", "y.sub.example" };
static const char *const rosters[] = { "@l.example", "b.example @l.example",
	"*.sub.example @l.example", "a.example", "a.example b.example c.example",
	"b.example *.sub.example", "*.sub.example", "*.example" };

/* What comes by chance is all chosen before, so that both have the same. */
struct step {
	enum {
		ANSWER,
		RELEASE,
		PASS
	} kind;
	unsigned name;
	enum resolver_outcome outcome;
	bool held; /* no answer comes by this step */
	const struct credential *of;
	bool by_authority;
	uint32_t ttl;
	unsigned ms;
};

struct story {
	const char *roster;
	struct dance_options options;
	const struct credential *peer;
	const char *client_id;
	struct step before[ROWS(texts)];
	struct step steps[STEPS];
};

static uint64_t chance;

static unsigned draw(unsigned below)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(chance >> 33) % below;
}

static struct step draw_answer(unsigned name)
{
	static const uint32_t ttls[] = { 0, 1, 60, 3600 };
	return (struct step){ .kind = ANSWER,
		.name = name,
		.outcome = draw(2) == 0 ? RESOLVER_SECURE :
					  (enum resolver_outcome)draw(RESOLVER_TIMEOUT + 1),
		.held = draw(3) != 0,
		.of = credentials[draw(ROWS(credentials))],
		.by_authority = draw(4) == 0,
		.ttl = ttls[draw(ROWS(ttls))] };
}

static void draw_story(struct story *story)
{
	static const unsigned timeouts[] = { 0, 100, 3000 };
	*story = (struct story){ .roster = rosters[draw(ROWS(rosters))] };
	*story = (struct story){ .roster = story->roster,
		.options = { .size = sizeof(story->options),
			.role = draw(4) == 0 && strchr(story->roster, '@') == NULL ?
				DANCE_SERVER :
				DANCE_CLIENT,
			.timeout_ms = timeouts[draw(ROWS(timeouts))],
			.max_stale_s = draw(3) == 0 ? 60 : 0 },
		.peer = credentials[draw(ROWS(credentials))],
		.client_id = draw(3) == 0 ? texts[draw(ROWS(texts) - 1)] : NULL };
	for (unsigned i = 0; i < ROWS(texts); i++) {
		story->before[i] = draw_answer(i);
	}
	for (unsigned i = 0; i < STEPS; i++) {
		unsigned kind = draw(6);
		story->steps[i] = draw_answer(draw(ROWS(texts)));
		if (kind > 0) {
			story->steps[i].kind = kind < 4 ? RELEASE : PASS;
			story->steps[i].ms = draw(3) == 0 ? draw(2000) : draw(200);
		}
	}
}

/* No answer comes while a round is under way: then it would depend on the threads. */
static void tell(const struct step *step)
{
	/* They must live as long as the lookups. */
	static struct dance_tlsa records[ROWS(credentials)][2];
	const char *name = texts[step->name];
	size_t which = 0;
	while (credentials[which] != step->of) {
		which++;
	}
	records[which][0] = tlsa_of(step->of, TLSA_DANE_EE, TLSA_SPKI, TLSA_SHA256);
	records[which][1] = tlsa_of(&authority, TLSA_DANE_TA, TLSA_CERTIFICATE, TLSA_FULL);
	const struct fake_answer told = { .outcome = step->outcome,
		.records = &records[which][step->by_authority],
		.count = 1,
		.ttl = step->ttl,
		.held = true,
		.names = name[0] == '@' ? lists[which] : NULL };
	fake_resolver_set(name, &told);
}

static void go(const struct step *step)
{
	switch (step->kind) {
	case ANSWER:
		tell(step);
		if (!step->held) {
			fake_resolver_release(texts[step->name]);
		}
		break;
	case RELEASE:
		fake_resolver_release(texts[step->name]);
		break;
	case PASS:
		fake_clock_advance(step->ms);
		fake_resolver_settle();
		break;
	}
}

/* How one of the two has it. */
struct end {
	struct dance_result result;
	unsigned step; /* after which it was decided */
	unsigned asked[ROWS(texts)];
};

static struct dance_roster *begin_story(const struct story *story)
{
	(void)scene_begin(NULL);
	for (unsigned i = 0; i < ROWS(texts); i++) {
		tell(&story->before[i]);
	}
	struct dance_roster *roster = roster_of(story->roster, &story->options);
	for (unsigned i = 0; i < ROWS(texts); i++) {
		if (!story->before[i].held) {
			fake_resolver_release(texts[i]);
		}
	}
	return roster;
}

static void end_story(struct dance_roster *roster, struct end *end)
{
	for (unsigned i = 0; i < ROWS(texts); i++) {
		end->asked[i] = fake_resolver_asked(texts[i]);
	}
	dance_roster_free(roster);
	assert_int_equal(scene_end(NULL), 0);
}

/* The thread has looked at all that is new, or has decided. */
static void await_round(struct asker *asker)
{
	const struct timespec moment = { 0, 200000 };
	unsigned before = fake_clock_looks();
	while (!atomic_load(&asker->decided) && fake_clock_looks() - before < 2) {
		nanosleep(&moment, NULL);
	}
	fake_resolver_settle();
}

static void wait_for_it(const struct story *story, struct end *end)
{
	struct asker asker;
	struct dance_roster *roster = begin_story(story);
	asker_begin(&asker, roster, story->peer, story->client_id);
	await_round(&asker);
	end->step = 0;
	for (unsigned i = 0; i < STEPS; i++) {
		end->step += !atomic_load(&asker.decided);
		go(&story->steps[i]);
		await_round(&asker);
	}
	end->step += !atomic_load(&asker.decided);
	fake_clock_advance(3000);
	(void)asker_end(&asker);
	fake_resolver_settle();
	end->result = asker.result;
	end_story(roster, end);
}

struct woken {
	atomic_uint wakes;
	unsigned seen;
	bool decided;
};

static void on_wake(void *arg)
{
	atomic_fetch_add((atomic_uint *)arg, 1);
}

/* Calls again whenever it is woken: what it causes may end at once. */
static void follow(struct dance_decision *decision, struct woken *woken, struct end *end)
{
	for (unsigned wakes; (wakes = atomic_load(&woken->wakes)) != woken->seen;) {
		woken->seen = wakes;
		if (!woken->decided) {
			woken->decided = dance_decision_take(decision, &end->result) !=
				DANCE_UNDECIDED;
			fake_resolver_settle();
		}
	}
}

static void be_woken(const struct story *story, struct end *end)
{
	struct woken woken = { .wakes = 1 }; /* to begin with */
	struct dance_roster *roster = begin_story(story);
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &story->peer->whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = story->client_id,
		.client_id_size = story->client_id != NULL ? strlen(story->client_id) : 0 };
	struct dance_decision *decision = dance_decision_new(roster, &peer, on_wake,
		&woken.wakes);
	end->result = (struct dance_result){ .size = sizeof(end->result) };
	end->step = 0;
	follow(decision, &woken, end);
	for (unsigned i = 0; i <= STEPS; i++) {
		end->step += !woken.decided;
		if (i < STEPS) {
			go(&story->steps[i]);
		} else {
			fake_clock_advance(3000);
			fake_resolver_settle();
		}
		follow(decision, &woken, end);
	}
	assert_true(woken.decided);
	dance_decision_free(decision);
	end_story(roster, end);
}

/* If no answer has come in time, any of the peer's names may be told: who is woken then looks at
 * what is known then. */
static bool is_same(const struct end *a, const struct end *b)
{
	bool same = a->result.verdict == b->result.verdict && a->step == b->step &&
		a->result.has_key == b->result.has_key &&
		a->result.has_record == b->result.has_record &&
		a->result.usage == b->result.usage &&
		(!a->result.has_record || a->result.ttl == b->result.ttl) &&
		strcmp(a->result.detail, b->result.detail) == 0 &&
		(a->result.basis.words[0] == 0) == (b->result.basis.words[0] == 0);
	bool same_name = strcmp(a->result.name, b->result.name) == 0 &&
		strcmp(a->result.entry, b->result.entry) == 0;
	return same && (same_name || a->result.verdict == DANCE_FAIL_TIMEOUT) &&
		memcmp(a->asked, b->asked, sizeof(a->asked)) == 0;
}

static void say(const char *who, const struct end *end)
{
	char line[DANCE_LINE_SIZE];
	print_error("%s: %s; after %u steps; asked %u %u %u %u %u\n", who,
		dance_result_line(&end->result, line, sizeof(line)), end->step,
		end->asked[0], end->asked[1], end->asked[2], end->asked[3], end->asked[4]);
}

static unsigned long number(const char *variable, unsigned long by_default)
{
	const char *text = getenv(variable);
	return text != NULL ? strtoul(text, NULL, 10) : by_default;
}

static void it_says_what_dance_verify_says(void **state)
{
	(void)state;
	unsigned long seed = number("DANCE_COMPARED_SEED", (unsigned long)time(NULL));
	unsigned long cases = number("DANCE_COMPARED_CASES", CASES_DEFAULT);
	unsigned verdicts[32] = { 0 }, undecided = 0;
	for (unsigned long i = 0; i < cases; i++) {
		struct story story;
		struct end waited, woken;
		chance = seed + i;
		(void)draw(1);
		draw_story(&story);
		wait_for_it(&story, &waited);
		be_woken(&story, &woken);
		verdicts[woken.result.verdict]++;
		undecided += woken.step > 0;
		if (!is_same(&waited, &woken)) {
			say("who waits", &waited);
			say("who is woken", &woken);
			fail_msg("DANCE_COMPARED_SEED=%lu DANCE_COMPARED_CASES=1, roster %s",
				seed + i, story.roster);
		}
	}
	/* Chance has brought cases of all kinds. */
	assert_true(cases < 100 || (verdicts[DANCE_ALLOW] > 0 && undecided > cases / 10));
	assert_true(cases < 100 || verdicts[DANCE_FAIL_TIMEOUT] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_what_dance_verify_says),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
