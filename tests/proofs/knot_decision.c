/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Says: a message passes only if libdance allows what this connection has proved, now or at an
 *   earlier message of its transfer, or if it is left to an ACL that could be read and is open to
 *   nobody; the ACL is shown a name only of a client that is allowed, and that very name; and of
 *   verdicts only libdance's own is remembered as ALLOW.
 * Sources: none
 * Contracts: session_open() says whether a key is proved; xfr_verdict_get() and
 *   refusal_cache_get() have what their proofs say; dance_verify() and acl_read() say anything;
 *   acl_alias_path() writes any path, and none for a name that does not fit.
 * Assumes: names have at most 5 octets instead of 253.
 * Edit: src/dance.h 's/DANCE_NAME_SIZE 254/DANCE_NAME_SIZE 6/'
 * Unwind: 9
 * Limit: 60 s */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <knot/module.h>

#include "knot/decision.h"
#include "knot/log.h"
#include "knot/refusal_cache.h"
#include "knot/request.h"
#include "knot/session.h"

#include "proof.h"

static struct section section;
static struct dance_ctx ctx;
static struct dance_thread thread;
static knotd_qdata_t qdata;
static char a_session, a_roster;

static struct {
	bool proved, over_tls, fits, verified, readable, named, open;
	enum dance_verdict unproven, of_transfer, refused, verdict, kept;
	const char *shown_name;
	bool asked_acl, keeps;
} world;

enum dance_verdict session_open(struct session *session, const knotd_qdata_t *of,
	const char **why)
{
	must(of == &qdata, "the connection of this message");
	session->tls = world.over_tls ? (gnutls_session_t)&a_session : NULL;
	session->resumed = nondet_bool();
	*why = "a reason";
	return world.proved ? DANCE_UNDECIDED : world.unproven;
}

enum dance_verdict xfr_verdict_get(const struct xfr_verdict *xfr, const knotd_qdata_t *of,
	gnutls_session_t tls, struct dance_result *result)
{
	must(xfr == &thread.xfr && of == &qdata, "of this thread and message");
	if (world.of_transfer != DANCE_UNDECIDED) {
		result->verdict = world.of_transfer;
	}
	return world.of_transfer;
}

void xfr_verdict_set(struct xfr_verdict *xfr, const knotd_qdata_t *of, gnutls_session_t tls,
	const struct dance_result *result)
{
	must(xfr == &thread.xfr && of == &qdata, "of this thread and message");
	world.keeps = true;
	world.kept = result->verdict;
}

enum dance_verdict refusal_cache_get(struct dance_roster *roster,
	const struct session *session, unsigned instance, uint64_t now, bool *logged)
{
	must(roster == section.roster && world.proved, "of this roster, with a proved key");
	return world.refused;
}

void refusal_cache_put(const struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, const struct dance_result *result)
{
	must(roster == section.roster && world.verified, "what libdance has said");
}

void shared_context_ask(void)
{
}

void shared_context_asked(void)
{
}

enum dance_verdict dance_verify(struct dance_roster *roster, const struct dance_peer *peer,
	struct dance_result *result)
{
	must(roster == section.roster && world.proved, "of this roster, with a proved key");
	world.verified = true;
	return result->verdict = world.verdict;
}

bool acl_alias_fits(const char *name)
{
	return world.fits;
}

bool acl_alias_path(char path[ACL_ALIAS_PATH_SIZE], const char *name)
{
	world.shown_name = name;
	path[0] = world.fits ? '/' : '\0';
	return world.fits;
}

bool acl_read(knotd_mod_t *mod, unsigned guarded, const char *path, unsigned action,
	struct acl *acl)
{
	must(guarded == ctx.actions, "of what the instance guards");
	world.asked_acl = true;
	acl->named = world.named;
	acl->open_rule[0] = world.open ? 'r' : '\0';
	return world.readable;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	*now = (struct timespec){ 0 };
	return 0;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	must(size > 0 && can_write(text, size), "there is room");
	text[0] = '\0';
	return 0;
}

#include "knot/decision.c"

static bool any_bool(void)
{
	return nondet_bool() ? true : false;
}

static void any_world(void)
{
	world.proved = any_bool();
	world.over_tls = any_bool();
	world.fits = any_bool();
	world.readable = any_bool();
	world.named = any_bool();
	world.open = any_bool();
	world.verified = world.asked_acl = world.keeps = false;
	world.unproven = (enum dance_verdict)nondet_unsigned();
	world.of_transfer = (enum dance_verdict)nondet_unsigned();
	world.refused = (enum dance_verdict)nondet_unsigned();
	world.verdict = (enum dance_verdict)nondet_unsigned();
	assume(world.unproven != DANCE_ALLOW && world.unproven != DANCE_UNDECIDED);
	assume(world.refused != DANCE_ALLOW && world.verdict != DANCE_UNDECIDED);
	section.identity_address = any_bool();
	section.identity_entry = any_bool();
	section.roster = (struct dance_roster *)&a_roster;
	ctx.section = &section;
	ctx.leaves_to_acl = any_bool();
	thread.keeps_address = any_bool();
}

void harness(void)
{
	struct decision decision;
	any_world();
	bool has_thread = any_bool();
	decision_make(&decision, &ctx, has_thread ? &thread : NULL, &qdata, NULL, 1);

	bool allowed = decision.result.verdict == DANCE_ALLOW;
	bool by_transfer = world.of_transfer == DANCE_ALLOW;
	bool by_dns = world.verified && world.verdict == DANCE_ALLOW;
	must(!allowed ||
			(has_thread && world.proved && (by_dns || by_transfer)),
		"it allows what libdance has, of a key that is proved");
	must(!allowed || by_transfer == decision.of_transfer, "and says of which message");
	must(!decision_passes(&decision) || allowed ||
			(has_thread && ctx.leaves_to_acl &&
				(decision.of_transfer || (world.readable && !world.open))),
		"what is not allowed is left to an ACL that was read and is open to nobody");
	must(!decision.of_transfer || !world.asked_acl, "the ACL is asked once");
	must(decision.alias[0] == '\0' ||
			(allowed && section.identity_address &&
				(world.shown_name == decision.result.name ||
					world.shown_name == decision.result.entry)),
		"the ACL is shown a name of this client, which is allowed");
	must(!world.keeps || world.kept != DANCE_ALLOW || by_dns,
		"what is kept as ALLOW is libdance's");
	such_as(allowed && decision.alias[0] != '\0');
	end_of_proof();
}
