/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * libdance: which name does DNS give this TLS peer?
 *
 * A host that has proved a peer's key in a TLS handshake asks here whether
 * DNSSEC-signed TLSA records of a permitted name carry that key
 * (draft-ietf-dance-client-auth, RFC 6698, RFC 7671). The life of it:
 *
 *	context = dance_context_new(&options);        one a process, say
 *	roster = dance_roster_new(context, names, count, NULL, error);
 *	...
 *	verdict = dance_verify(roster, &peer, &result);  any thread, any time
 *	                                                 (dance_decision_new() does not wait)
 *	...
 *	dance_roster_free(roster);
 *	dance_context_free(context);
 *
 * Nothing here knows what the peer wants: a zone, a mailbox, an answer.
 * Only DANCE_ALLOW permits a peer, and it is not zero.
 *
 * Structs that the host hands over, or has filled, begin with their size, which the host must set:
 *
 *	struct dance_result result = { .size = sizeof(result) };
 *
 * Later versions add fields at the end. A host that was compiled before does not have them: they
 * count as zero, which is the default. A field that the host sets and libdance does not know yet
 * makes the call fail instead of being ignored.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a peer. The tokens that dance_verdict_name() gives for them are
 * the vocabulary of logs, counters, tests and manuals. */
enum dance_verdict {
	DANCE_UNDECIDED = 0, /* no decision was made: treat as no */
	DANCE_ALLOW,

	/* Proved no: asking again does not help. */
	DANCE_DENY_TRANSPORT,  /* the peer did not come over TLS (said by hosts) */
	DANCE_DENY_UNPROVEN,   /* no proof of the key in this handshake (said by hosts) */
	DANCE_DENY_CREDENTIAL, /* no certificate or key, or one that cannot be read */
	DANCE_DENY_NAME,       /* no permitted name is claimed */
	DANCE_DENY_NO_TLSA,    /* DNSSEC proves that there is no TLSA record */
	DANCE_DENY_INSECURE, /* the answer is not signed: records, or that there are none */
	DANCE_DENY_UNUSABLE, /* none of the records can be used (RFC 6698 4.1) */
	DANCE_DENY_MISMATCH, /* the records are of other keys or certificates */
	DANCE_DENY_CHAIN,    /* a record matches, the path from the leaf to it fails */

	/* Could not find out: a later try may succeed. */
	DANCE_FAIL_BOGUS,     /* DNSSEC validation failed */
	DANCE_FAIL_LOOKUP,    /* the lookup failed (SERVFAIL, no server reached) */
	DANCE_FAIL_TIMEOUT,   /* the lookup did not end in time */
	DANCE_FAIL_NOT_READY, /* no lookup has been possible yet */
	DANCE_FAIL_INTERNAL,  /* out of memory and the like */
};

/* How many verdicts this libdance knows: all are smaller. There may be more than the host was
 * compiled with, so a host must go by the class of a verdict that it does not know. */
unsigned dance_verdict_count(void);

enum dance_class {
	DANCE_CLASS_DENY = 0,
	DANCE_CLASS_FAIL,
	DANCE_CLASS_ALLOW,
};

/* A token of lower-case letters and hyphens ("no-tlsa"); "undecided" for a value
 * that is no verdict. Static. */
const char *dance_verdict_name(enum dance_verdict verdict);

/* The same as a sentence without a full stop. Static. */
const char *dance_verdict_text(enum dance_verdict verdict);

/* Which side of the TLS connection the peer is: what its certificate has to be good for
 * (extended key usage) where a usage asks that, and which name has to stand in it. Of a
 * client that is the owner name itself; of a server with the owner name "_853._tcp.HOST"
 * it is HOST (RFC 6698 3), for which a wildcard may stand too (RFC 9525 6.3). */
enum dance_role {
	DANCE_CLIENT = 0,
	DANCE_SERVER,
};

/* What the operator may do about it, the last thing in a line of a log: fixed words without a
 * full stop. `role` is the peer's: words about a server are for the operator of its client. "" for
 * DANCE_ALLOW, DANCE_UNDECIDED and for what is no verdict. Static. */
const char *dance_verdict_advice(enum dance_verdict verdict, enum dance_role role);

/* DANCE_CLASS_DENY also for DANCE_UNDECIDED and for what is no verdict. */
enum dance_class dance_verdict_class(enum dance_verdict verdict);

#define DANCE_NAME_SIZE 254 /* a name in presentation form, with its NUL */
#define DANCE_ENTRY_SIZE \
	(DANCE_NAME_SIZE + 2) /* a name, "*.suffix" or "@list", with its NUL */
#define DANCE_LIST_MAX 200    /* names on one list; a longer one permits nobody */
#define DANCE_DETAIL_SIZE 192 /* a reason */
#define DANCE_ERROR_SIZE 256  /* a sentence on what is wrong with an argument */
#define DANCE_LINE_SIZE 768   /* a line about a result */

/* Octets that belong to someone else. */
struct dance_octets {
	const unsigned char *data;
	size_t size;
};

/* Certificates in a chain. A peer that shows more is refused (DENY_CREDENTIAL), so a host may cut
 * its chain to one more than this. */
#define DANCE_CHAIN_MAX 32

#define DANCE_SHA256_SIZE 32 /* octets */

/* What the peer showed in the handshake. The host has seen the proof (TLS 1.3
 * CertificateVerify, RFC 8446 4.4.3) that the peer holds the leaf's key; without
 * that proof nothing may be asked. All of it stays the caller's. */
struct dance_peer {
	size_t size;                      /* sizeof(struct dance_peer) */
	const struct dance_octets *chain; /* DER as sent, leaf first; one SPKI if raw_key */
	size_t chain_count;               /* at most DANCE_CHAIN_MAX */
	bool raw_key;                     /* RFC 7250 */
	const char *client_id; /* dane_clientid, not terminated; NULL if not sent */
	size_t client_id_size; /* octets */

	/* For a host that was told no more than digests of what the peer showed: SHA-256 of the
	 * leaf's SubjectPublicKeyInfo and of the leaf, DANCE_SHA256_SIZE octets each; NULL if it
	 * does not know one of them. They count if chain_count is 0, the second only without
	 * raw_key. Such a peer can be proved by usage 3 alone, and by no digest but SHA2-256: by
	 * 3 1 1, 3 0 1, and full data (3 1 0, 3 0 0), which is hashed here. It has no names but
	 * client_id. */
	const unsigned char *key_sha256;
	const unsigned char *certificate_sha256;
};

/* One TLSA record (RFC 6698 2.1). The data stays the caller's. */
struct dance_tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	const unsigned char *data;
	size_t size; /* octets */
};

/* Certificate usages, as bits of dance_options.usages. */
#define DANCE_PKIX_TA (1u << 0)
#define DANCE_PKIX_EE (1u << 1)
#define DANCE_DANE_TA (1u << 2)
#define DANCE_DANE_EE (1u << 3)
#define DANCE_USAGES_DEFAULT (DANCE_DANE_EE | DANCE_DANE_TA)

/* The CA certificates that PKIX-TA and PKIX-EE rely on (RFC 7671 5.3, 5.4). */
struct dance_trust;

/* Reads a PEM file of CA certificates. The same file again, as long as the same stands in it,
 * gives the same trust, counted. NULL with a sentence in `error` when it cannot be read, holds no
 * certificate or one that cannot be parsed. Any thread. */
struct dance_trust *dance_trust_new(const char *ca_file, char error[DANCE_ERROR_SIZE]);

/* The last of those who have it frees it: then nobody may be judging with it. NULL is fine. */
void dance_trust_free(struct dance_trust *trust);

/* How to judge. All zero but the size is the default everywhere. */
struct dance_options {
	size_t size;     /* sizeof(struct dance_options) */
	unsigned usages; /* DANCE_* bits; 0: DANCE_USAGES_DEFAULT */
	enum dance_role role;
	const struct dance_trust *trust; /* for PKIX-TA and PKIX-EE: without it records of
	                        * these usages are unusable. Has to outlive its use */
	int64_t at;           /* judge dates as of then, seconds since 1970; 0: now */
	unsigned timeout_ms;  /* longest wait for a first answer; 0: 500 */
	unsigned max_stale_s; /* seconds a validated set may outlive its TTL while
	                        * lookups fail; 0: not at all; never after a bogus,
	                        * insecure or negative answer */
	/* Names on lists ("@name") are permitted only if they are one of these names or below
	 * one; the rest is logged and ignored. Copied by dance_roster_new(). */
	const char *const *within;
	size_t within_count; /* 0: all names are */
};

/* What a refusal rests on: see dance_basis_holds(). It means something to libdance only, and may be
 * copied. If its first word is zero, it never holds. */
struct dance_basis {
	uint64_t words[16];
};

/* What was decided, for the log, the counters and the host's own rules. */
struct dance_result {
	size_t size; /* sizeof(struct dance_result); set by the host, left alone */
	enum dance_verdict verdict;
	bool has_key;    /* key_sha256 is known */
	bool has_record; /* usage, selector, matching, ttl are those of
	                                 * the record that decided */
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	uint32_t ttl;                   /* seconds the record may still be used */
	unsigned char key_sha256[32];   /* of the SubjectPublicKeyInfo, as in 3 1 1 */
	char name[DANCE_NAME_SIZE];     /* the name proved, or else the one refused; may
	                                 * be empty. Lower case, no trailing dot */
	char entry[DANCE_ENTRY_SIZE];   /* the roster's entry that permits `name`: the name
	                                 * itself if it is listed, else "@list" of the first
	                                 * list that contains it, else the pattern of the
	                                 * longest suffix above it, "*.suffix". In the same
	                                 * form; empty if `name` is not a permitted name, and
	                                 * from dance_judge() */
	char detail[DANCE_DETAIL_SIZE]; /* why, printable ASCII; may be empty */
	struct dance_basis basis; /* of a refusal by dance_verify() or dance_decision_take();
	                           * any other never holds */
};

/* Copies a result, as far as both structs go; what only `to` has becomes zero, and its size stays.
 * False, with nothing written, if the size of one of them is not set. */
bool dance_result_copy(struct dance_result *to, const struct dance_result *from);

/* One line about a result, printable ASCII, terminated, cut to `size`:
 * "client ns2.example.net, entry *.example.net, key 3f..., verdict mismatch (REASON)", and after
 * the verdict ", record 3 1 1, ttl 3412" if a record decided. Without what is not known; without
 * the entry if it is the name itself, and without a reason if there is none to allow. A reason
 * that is cut ends with "...)". Returns `line`. */
char *dance_result_line(const struct dance_result *result, char *line, size_t size);

/* Judge a peer by these records alone: no DNS, no state. `name` is the TLSA
 * owner name (letters, digits, hyphens, underscores, dots; no trailing dot) and only
 * needed where a usage compares names (0, 1, 2). `options` may be NULL. The caller
 * vouches that the records came DNSSEC-validated. Fills `result`, returns its verdict:
 * ALLOW, DENY_CREDENTIAL, DENY_NAME (not a name), DENY_UNUSABLE, DENY_MISMATCH,
 * DENY_CHAIN or FAIL_INTERNAL (RFC 7671 5 to 9). If the size of `result` is not set, it is left
 * as it is and FAIL_INTERNAL returned. */
enum dance_verdict dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result);

enum dance_log_level {
	DANCE_LOG_ERROR,
	DANCE_LOG_WARNING,
	DANCE_LOG_NOTICE,
	DANCE_LOG_DEBUG,
};

/* What there is of the trust anchor. */
enum dance_anchor {
	DANCE_ANCHOR_MISSING = 0, /* no keys: nothing can be proved */
	DANCE_ANCHOR_OUTDATED,    /* its file cannot be used; keys of before are in force */
	DANCE_ANCHOR_CURRENT,     /* the keys of its file are in force */
	DANCE_ANCHOR_AGING, /* so they are, but the root is about to replace one of them, or has,
	                     * and the file does not follow; known after the first lookup */
};

#define DANCE_FORWARDER_MAX 8

struct dance_context_options {
	size_t size; /* sizeof(struct dance_context_options) */
	/* Where a validating lookup starts. Copied. */
	const char *trust_anchor; /* file; NULL: the distribution's root key */
	const char *root_hints;   /* file; NULL: the Internet's root servers */
	const char *forwarders[DANCE_FORWARDER_MAX]; /* "ADDR" or "ADDR@PORT", NULL ends;
	                                 * none: full recursion */
	unsigned max_waiting; /* threads in dance_verify() and decisions that do not wait
	                       * (dance_decision_new()) for which answers are awaited at
	                       * once; 0: 8 */
	/* One line of news about a name or about the resolver, from the context's own
	 * thread or from the caller's. May be NULL. */
	void (*log)(void *arg, enum dance_log_level level, const char *line);
	/* Called first and last on the context's own thread. May be NULL. */
	void (*thread_begin)(void *arg);
	void (*thread_end)(void *arg);
	void *arg;
	/* Names below "*.suffix" patterns, which are looked up when a peer claims them. No domain and
	 * no suffix among them can use up what all of them may have. */
	unsigned lookups_per_second; /* that may begin, of names that have had no validated
	                              * records; at most DANCE_LOOKUPS_PER_SECOND_MAX; 0: 100 */
	unsigned lookups_in_flight; /* under way at once, of such names, and as many of names that
	                              * have had validated records; at most
	                              * DANCE_LOOKUPS_IN_FLIGHT_MAX; 0: 64 */
	unsigned lookups_queued; /* claims that may wait until they may be looked up, of such
	                              * names and as many of the others; at most
	                              * DANCE_LOOKUPS_QUEUED_MAX; 0: none, so that such a claim is
	                              * refused at once (not-ready) */
	unsigned remembered; /* names with validated records that are remembered; at most
	                              * DANCE_REMEMBERED_MAX; 0: 4096 */
	/* For statistics; each may be NULL. Called with `arg` on the context's own thread, without
	 * its locks: they must not block, and call no function of libdance. The first is told of
	 * the end of each lookup: DANCE_ALLOW if it has brought validated records, else what a peer
	 * of the name hears; and how long it took. The second is told of the trust anchor when the
	 * thread begins, and of each change. */
	void (*looked_up)(void *arg, enum dance_verdict verdict, unsigned milliseconds);
	void (*anchored)(void *arg, enum dance_anchor anchor);
};

/* For what a host sets there; a context takes no more. */
#define DANCE_LOOKUPS_PER_SECOND_MAX 100000
#define DANCE_LOOKUPS_IN_FLIGHT_MAX 4096
#define DANCE_LOOKUPS_QUEUED_MAX 1000000
#define DANCE_REMEMBERED_MAX 10000000

struct dance_context;
struct dance_roster;

/* A resolver, the names that it watches, and later one thread that keeps them fresh.
 * Create it in the process that will ask (after fork, after privileges are dropped).
 * NULL when out of memory, or when `options` cannot be taken: its size is not set, or it sets a
 * field that this libdance does not know, or one beyond its maximum. A missing trust anchor is no
 * error here: all peers are refused (not-ready), it is logged, and tried again. The same holds for
 * a thread that cannot be started when there is a roster: every dance_verify() and
 * dance_roster_new() tries again, but not more often than once a second. */
struct dance_context *dance_context_new(const struct dance_context_options *options);

/* Every roster of the context must be gone. Stops and joins the thread. NULL is fine. */
void dance_context_free(struct dance_context *context);

/* Lets at most so many threads wait at once from now on, in place of max_waiting; 0: none, and
 * whoever would have to wait is told DANCE_FAIL_NOT_READY. Who waits already goes on. For a
 * host with several contexts that may not take more than a part of its threads together. Takes a
 * lock for a moment. Any thread. */
void dance_context_set_max_waiting(struct dance_context *context, unsigned max_waiting);

/* The permitted names: exact TLSA owner names, "*.suffix" patterns (any name below the
 * suffix, at any depth, but not the suffix itself), and up to 16 lists "@name": the names in the
 * DNSSEC-signed PTR records at that name, at most DANCE_LIST_MAX, which are permitted and watched
 * like exact ones as long as they stand there. A name that is also listed exactly is permitted as
 * such; one on several lists by the first of them. A trailing dot is fine. Copied. The
 * same names in the same order and options again give the same roster, counted. Starts
 * watching the exact names. Their order matters only where several of them publish one key
 * and a peer shows it without a name: then it is the one that has been known by the key for
 * longest, as long as its records hold it, and of those first seen at the start the one that
 * stands first. NULL with a sentence in `error` when a name is wrong, the list is empty,
 * `options` cannot be taken (see dance_context_new()), or
 * out of memory. `options` may be NULL. */
struct dance_roster *dance_roster_new(struct dance_context *context,
	const char *const *names, size_t count, const struct dance_options *options,
	char error[DANCE_ERROR_SIZE]);

/* Nobody may be inside dance_verify() with it, and no struct dance_decision of it may be left. What
 * takes long, with many names, is left to the context's own thread. NULL is fine. */
void dance_roster_free(struct dance_roster *roster);

/* Is `name` a name, pattern or list that dance_roster_new() takes? If not, `error` says why. */
bool dance_roster_check_name(const char *name, char error[DANCE_ERROR_SIZE]);

/* How a name of a roster stands now, for monitoring. Moments are seconds since 1970. */
struct dance_standing {
	const char *name; /* owner name, lower case, no final dot; valid during the call */
	enum dance_verdict verdict; /* DANCE_ALLOW: secure, with a usable record; else what a
	                             * peer of this name hears from DNS alone */
	size_t usable;              /* usable records; 2 while a roll is under way */
	int64_t expires;        /* the answer is used until then (TTL); 0: there is none */
	int64_t signatures_end; /* the first signature of the records ends; 0: not known, or
	                         * there are none */
	int64_t failing_since;  /* lookups have failed since then; 0: they do not */
};

/* Calls `visit` for each listed name of the roster, not for names below a suffix. Does not block:
 * looks nothing up. Any thread. */
void dance_roster_standings(struct dance_roster *roster,
	void (*visit)(const struct dance_standing *standing, void *arg), void *arg);

/* Octets of stack that dance_verify() and dance_judge() have enough of, with all that the
 * libraries below them take; about 60,000 have been measured. */
#define DANCE_STACK_SIZE 131072

/* Decide (draft 8.2). Any number of threads. Waits, up to timeout_ms, only for the
 * first answer on a permitted name; where nothing but a claim brings a lookup, or a denial may
 * let a server in (DANCE_SERVER), also for a new one after the old one has expired. Fills
 * `result`, returns its verdict. `roster` may be NULL: DANCE_FAIL_NOT_READY. If the size of
 * `result` is not set, it is left as it is and DANCE_FAIL_INTERNAL returned. Needs
 * DANCE_STACK_SIZE octets of stack. */
enum dance_verdict dance_verify(struct dance_roster *roster, const struct dance_peer *peer,
	struct dance_result *result);

/* A decision about one peer that never waits, for hosts with an event loop. */
struct dance_decision;

/* Says that it is worth calling dance_decision_take() again. Called on the context's own
 * thread, at most once after each DANCE_UNDECIDED, perhaps before that call has returned. It
 * must not block, in particular not for a lock that the host holds while it calls libdance, and
 * must call no function of libdance: write to a descriptor that the event loop watches, or the
 * like. */
typedef void dance_wake(void *arg);

/* Prepares a decision and looks nothing up. The struct dance_peer is copied; the roster and the
 * octets that the peer points to are not, and must live until dance_decision_free(). `roster`
 * may be NULL, as for dance_verify(). `wake` may be NULL if the host calls again by itself.
 * NULL when out of memory. */
struct dance_decision *dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg);

/* Decides by what is known now. DANCE_UNDECIDED: an answer from DNS is still to come that might
 * change the decision. Then `wake` is called when one has come, when the roster's timeout_ms
 * since the first call are over, or when others have to wait in the place of this decision
 * (max_waiting); call again then. A call that comes earlier does no harm. Any other verdict is
 * final, and is what dance_verify() would have said, with the same result: after timeout_ms
 * that is DANCE_FAIL_TIMEOUT, say. The next call after it begins a new decision about the same
 * peer. Never waits for DNS: takes a lock for a moment. Any thread, one at a time. Needs
 * DANCE_STACK_SIZE octets of stack. If the size of `result` is not set, it is left as it is and
 * DANCE_FAIL_INTERNAL returned. */
enum dance_verdict dance_decision_take(struct dance_decision *decision,
	struct dance_result *result);

/* Ends a decision at any time. `wake` is not running when this returns, and is not called any
 * more: if it is running, this waits for its end. Must not be called by `wake`. NULL is fine. */
void dance_decision_free(struct dance_decision *decision);

/* Would dance_verify() still refuse this peer? True as long as DNS has said nothing new of the
 * names that the refusal rests on: the listed ones, or the one in client_id alone, and those
 * that the peer's certificate claims below suffixes. A lookup that brings the same again is
 * nothing new. So a host may answer a further request of the same connection with the verdict
 * that it has. It must not do so for long, since a certificate may become valid with time; a
 * minute is fine. Always false for an allowed peer, for another roster and after
 * DANCE_FAIL_INTERNAL; now and then false without need. The basis may be copied. Takes no lock,
 * allocates nothing, never waits; any number of threads. `roster` may be NULL. */
bool dance_basis_holds(const struct dance_roster *roster, const struct dance_basis *basis);

/* Has the names that a refused peer claims looked up again, as dance_verify() would and no more
 * often: once in five seconds for one name, regardless of how many peers ask. Judges
 * nothing. While a host answers requests with a verdict that dance_basis_holds() upholds, it should
 * call this about once a second; otherwise a record that has just been published is only found at
 * the next refresh. Costs little, whatever the peer has shown: where it is found by its
 * certificate, or by the key in it, one of more than 16384 octets does not count.
 * Takes a lock for a moment, never waits for DNS; any number of threads. `roster` may be NULL. */
void dance_look_again(struct dance_roster *roster, const struct dance_peer *peer);

#ifdef __cplusplus
}
#endif
