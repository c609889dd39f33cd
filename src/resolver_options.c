/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound is told. Its defaults are those of a resolver for the public; every one
 * that decides who is let in, or when, is set here on purpose, also where the default is
 * the same. generation.c sets the servers to ask and the trust anchor.
 *
 * Never asked for, so never read: the host's resolv.conf and hosts file. Left to libunbound
 * because they decide nothing here: ports and buffers, the order of records, time-outs for each
 * server (ours is RESOLVER_DEADLINE_MS), and all that a server would do for its own clients. */

#include "resolver_options.h"

#include <stdint.h>
#include <stdio.h>
#include <unbound.h>

#include "lookup_budget.h"
#include "owners.h"

const struct resolver_option resolver_options[] = {
	/* Validation comes first, and nothing else takes part. */
	{ "module-config:", "validator iterator", true },
	/* What fails to validate is bogus and nothing milder. */
	{ "val-permissive-mode:", "no", true },
	/* Below a trust anchor a zone without DNSSEC is bogus, not unsigned. */
	{ "harden-dnssec-stripped:", "yes", true },
	/* One algorithm that validates will do (RFC 6840 5.11): a zone that rolls its
	 * algorithm stays secure. */
	{ "harden-algo-downgrade:", "no", false },
	/* The clock may differ from the signer's, by a tenth of the time for which the
	 * signature is good, an hour at least and a day at most. These are Unbound's own
	 * values: what the resolvers of its owner still take for secure is secure here. */
	{ "val-sig-skew-min:", "3600", false },
	{ "val-sig-skew-max:", "86400", false },
	/* A denial with more NSEC3 iterations than these counts as unsigned (RFC 9276 3.2),
	 * and so does what it denies. */
	{ "val-nsec3-keysize-iterations:", "1024 150 2048 150 4096 150", false },
	/* Reasons for bogus are told to us, and not logged. */
	{ "val-log-level:", "2", false },

	/* A denial must be of the name asked, not made up from its neighbours or from the
	 * names above it (RFC 8198, RFC 8020): a record may just have been published. */
	{ "aggressive-nsec:", "no", true },
	{ "harden-below-nxdomain:", "no", true },

	/* Answers are good for their TTL, no longer and no shorter; a day at most. */
	{ "serve-expired:", "no", true },
	{ "serve-original-ttl:", "no", false },
	{ "cache-min-ttl:", "0", true },
	{ "cache-min-negative-ttl:", "0", false },
	{ "cache-max-ttl:", "86400", false },
	/* When to look again is for us to say. */
	{ "prefetch:", "no", false },
	{ "prefetch-key:", "no", false },
	/* A zone that was mended is to be believed soon. */
	{ "val-bogus-ttl:", "5", false },

	/* Queries that one lookup may cause. A zone for IPv6 addresses may be 32 labels below the
	 * next one, each of which is asked for some ten times: over 300. There is a bound, since
	 * strangers may claim names. */
	{ "max-global-quota:", "500", false },
	/* Of aliases in a row, so many are followed. */
	{ "max-query-restarts:", "11", false },
	{ "iter-scrub-cname:", "11", false },

	/* Servers and resolvers may be on loopback; and, as nothing is said of private
	 * addresses, anywhere else. */
	{ "do-not-query-localhost:", "no", true },
	/* By whatever way: sets of many records come over TCP. */
	{ "do-ip4:", "yes", false },
	{ "do-ip6:", "yes", false },
	{ "do-udp:", "yes", false },
	{ "do-tcp:", "yes", false },
	{ "tcp-upstream:", "no", false },
	/* Ask no server for more of a name than it needs (RFC 9156); but one that does not
	 * understand is asked for the whole name. */
	{ "qname-minimisation:", "yes", false },
	{ "qname-minimisation-strict:", "no", false },
	/* Signatures protect the answer; servers that change the case do no harm, and a
	 * flood of forged answers is not to empty the cache. */
	{ "use-caps-for-id:", "no", false },
	{ "unwanted-reply-threshold:", "0", false },
	/* No queries that nobody wants answered: a context may live for seconds only. */
	{ "trust-anchor-signaling:", "no", false },
	{ "dns-error-reporting:", "no", false },
	/* A name of that form is a name as any other. */
	{ "root-key-sentinel:", "no", false },

	/* More room than a program with a question or two needs is set by
	 * resolver_sizes_set(). */
	{ "outgoing-num-tcp:", "10", false },
	/* However many they are, and whatever they cost each server. */
	{ "ratelimit:", "0", false },
};

const size_t resolver_option_count = sizeof(resolver_options) / sizeof(resolver_options[0]);

/* Queries at once: for lookups of listed names, for those that peers cause (of names with records
 * and without), and for as many of these that linger. */
#define LISTED_QUERIES 256

/* Octets of each cache for each name below a suffix that is remembered. An answer is kept by us;
 * what a cache saves is the way to it, which many names share: delegations and keys. It need not
 * hold all of them, and is soon replaced by a new one. */
#define CACHE_OCTETS 256
#define CACHE_LEAST (UINT64_C(1) << 20)
#define CACHE_MOST (UINT64_C(1) << 26)

static int set_number(struct ub_ctx *context, const char *name, uint64_t number,
	const char **what)
{
	char value[24];
	snprintf(value, sizeof(value), "%llu", (unsigned long long)number);
	*what = name;
	return ub_ctx_set_option(context, name, value);
}

int resolver_sizes_set(struct ub_ctx *context, const struct resolver_sizes *sizes,
	const char **what)
{
	static const char *const caches[] = {
		"msg-cache-size:", "rrset-cache-size:", "key-cache-size:", "neg-cache-size:"
	};
	unsigned in_flight = sizes->in_flight != 0 ? sizes->in_flight :
						     LOOKUP_BUDGET_SLOT_MAX;
	unsigned names = sizes->remembered != 0 ? sizes->remembered : OWNERS_CLAIMED_MAX;
	unsigned queries = LISTED_QUERIES + 4 * in_flight;
	uint64_t cache = (uint64_t)names * CACHE_OCTETS;
	cache = cache < CACHE_LEAST ? CACHE_LEAST : cache < CACHE_MOST ? cache : CACHE_MOST;
	int error = set_number(context, "outgoing-range:", queries, what);
	if (error == 0) {
		error = set_number(context, "num-queries-per-thread:", 2 * queries, what);
	}
	for (size_t i = 0; error == 0 && i < sizeof(caches) / sizeof(caches[0]); i++) {
		error = set_number(context, caches[i], cache, what);
	}
	return error;
}

int resolver_options_set(struct ub_ctx *context, const struct resolver_option *options,
	size_t count, const char **what)
{
	for (size_t i = 0; i < count; i++) {
		int error = ub_ctx_set_option(context, options[i].name, options[i].value);
		if (error != 0 && options[i].required) {
			*what = options[i].name;
			return error;
		}
	}
	return 0;
}
