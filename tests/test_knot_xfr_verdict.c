/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A verdict is kept for the further messages of one transfer, and for nothing else that
 * the same thread meets. What knotd and GnuTLS tell of a query is made up here. */

#include <netinet/in.h>
#include <string.h>

#include <knot/module.h>

#include "check.h"
#include "xfr_verdict.h"

static unsigned char server_random[2][XFR_VERDICT_RANDOM_SIZE] = { { 1 }, { 2 } };
static unsigned server_random_size;

/* A session is the number of its random. */
void __wrap_gnutls_session_get_random(gnutls_session_t session, gnutls_datum_t *client,
	gnutls_datum_t *server);
void __wrap_gnutls_session_get_random(gnutls_session_t session, gnutls_datum_t *client,
	gnutls_datum_t *server)
{
	*client = (gnutls_datum_t){ NULL, 0 };
	*server = (gnutls_datum_t){ server_random[(uintptr_t)session - 1],
		server_random_size };
}

static const gnutls_session_t first = (gnutls_session_t)1;
static const gnutls_session_t second = (gnutls_session_t)2;

struct query {
	struct sockaddr_storage remote;
	knotd_qdata_params_t params;
	knotd_qdata_t qdata;
	knot_pkt_t *packet;
};

static void ask(struct query *query, const char *name, uint16_t type, uint16_t id)
{
	knot_dname_storage_t owner;
	assert_non_null(knot_dname_from_str(owner, name, sizeof(owner)));
	knot_pkt_clear(query->packet);
	assert_int_equal(knot_pkt_put_question(query->packet, owner, KNOT_CLASS_IN, type),
		0);
	knot_wire_set_id(query->packet->wire, id);
}

static int set_up(void **state)
{
	static struct query query;
	server_random_size = XFR_VERDICT_RANDOM_SIZE;
	memset(&query, 0, sizeof(query));
	query.packet = knot_pkt_new(NULL, 512, NULL);
	query.params.remote = &query.remote;
	query.qdata.params = &query.params;
	query.qdata.query = query.packet;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&query.remote;
	v4->sin_family = AF_INET;
	v4->sin_port = htons(4711);
	v4->sin_addr.s_addr = htonl(0xc0000201);
	ask(&query, "example.com.", KNOT_RRTYPE_AXFR, 7);
	*state = &query;
	return query.packet == NULL;
}

static int tear_down(void **state)
{
	struct query *query = *state;
	knot_pkt_free(query->packet);
	return 0;
}

static const struct dance_result allowed = { .size = sizeof(allowed),
	.verdict = DANCE_ALLOW,
	.name = "ns7.example.net",
	.entry = "*.example.net" };
static const struct dance_result unanswered = { .size = sizeof(unanswered),
	.verdict = DANCE_FAIL_TIMEOUT };

static void nothing_is_recalled_of_nothing(void **state)
{
	struct query *query = *state;
	const struct xfr_verdict xfr = { .verdict = DANCE_UNDECIDED };
	struct dance_result result = { .size = sizeof(result) };
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result), DANCE_UNDECIDED);
}

static void the_same_transfer_is_recalled_with_the_name_and_entry(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	memset(&result, 0xa5, sizeof(result));
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result), DANCE_ALLOW);
	assert_memory_equal(&result, &allowed, sizeof(result));
	xfr_verdict_clear(&xfr);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);
}

static void what_is_not_over_tls_is_recalled_but_never_allowed(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	xfr_verdict_set(&xfr, &query->qdata, NULL, &unanswered);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result),
		DANCE_FAIL_TIMEOUT);
	xfr_verdict_set(&xfr, &query->qdata, NULL, &allowed);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result), DANCE_UNDECIDED);
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result), DANCE_UNDECIDED);
}

/* Each changes one thing of the query that a thread meets next. */
static void other_name(struct query *query)
{
	ask(query, "example.net.", KNOT_RRTYPE_AXFR, 7);
}

static void other_type(struct query *query)
{
	ask(query, "example.com.", KNOT_RRTYPE_IXFR, 7);
}

static void other_id(struct query *query)
{
	ask(query, "example.com.", KNOT_RRTYPE_AXFR, 8);
}

/* The last octet of the longest name. */
static void longest_name(struct query *query, char last)
{
	char name[KNOT_DNAME_MAXLEN];
	memset(name, 'a', sizeof(name));
	name[63] = name[127] = name[191] = '.';
	name[252] = last;
	name[253] = '.';
	name[254] = '\0';
	ask(query, name, KNOT_RRTYPE_AXFR, 7);
	assert_int_equal(query->packet->qname_size, KNOT_DNAME_MAXLEN);
}

static void other_port(struct query *query)
{
	((struct sockaddr_in *)&query->remote)->sin_port = htons(4712);
}

static void other_address(struct query *query)
{
	((struct sockaddr_in *)&query->remote)->sin_addr.s_addr = htonl(0xc0000202);
}

static void other_family(struct query *query)
{
	query->remote.ss_family = AF_INET6;
}

static void longer_name(struct query *query)
{
	ask(query, "a.example.com.", KNOT_RRTYPE_AXFR, 7);
}

static void no_question(struct query *query)
{
	query->packet->qname_size = 0;
}

static void other_query(struct query *query)
{
	static knot_pkt_t other;
	other = *query->packet;
	query->qdata.query = &other;
}

/* The octets of the IPv4 address, and zeros. */
static void other_family_with_its_octets(struct query *query)
{
	struct sockaddr_in v4 = *(struct sockaddr_in *)&query->remote;
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = v4.sin_port };
	memcpy(&v6.sin6_addr, &v4.sin_addr, sizeof(v4.sin_addr));
	memcpy(&query->remote, &v6, sizeof(v6));
}

static const struct {
	const char *row;
	void (*change)(struct query *query);
	bool only_plain; /* over TLS the random tells clients apart */
} changes[] = {
	{ "name", other_name, false },
	{ "longer name", longer_name, false },
	{ "question", no_question, false },
	{ "query", other_query, false },
	{ "type", other_type, false },
	{ "id", other_id, false },
	{ "port", other_port, true },
	{ "address", other_address, true },
	{ "family", other_family, true },
	{ "family, same octets", other_family_with_its_octets, true },
};

static void a_name_may_be_as_long_as_names_are(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	longest_name(query, 'a');
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result), DANCE_ALLOW);
	longest_name(query, 'b');
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);
}

static void another_query_is_not_taken_for_it(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	for (size_t i = 0; i < ROWS(changes); i++) {
		for (int plain = changes[i].only_plain; plain < 2; plain++) {
			gnutls_session_t tls = plain ? NULL : first;
			tear_down(state);
			assert_int_equal(set_up(state), 0);
			xfr_verdict_set(&xfr, &query->qdata, tls, &unanswered);
			check_row(changes[i].row,
				xfr_verdict_get(&xfr, &query->qdata, tls, &result),
				DANCE_FAIL_TIMEOUT);
			changes[i].change(query);
			check_row(changes[i].row,
				xfr_verdict_get(&xfr, &query->qdata, tls, &result),
				DANCE_UNDECIDED);
		}
	}
}

static void clients_are_told_apart_by_addresses_of_each_family(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&query->remote;
	query->remote = (struct sockaddr_storage){ .ss_family = AF_INET6 };
	v6->sin6_port = htons(4711);
	v6->sin6_addr.s6_addr[15] = 1;
	xfr_verdict_set(&xfr, &query->qdata, NULL, &unanswered);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result),
		DANCE_FAIL_TIMEOUT);
	v6->sin6_addr.s6_addr[15] = 2;
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result), DANCE_UNDECIDED);
	v6->sin6_addr.s6_addr[15] = 1;
	v6->sin6_port = htons(4712);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result), DANCE_UNDECIDED);
	/* Those that are not of the Internet are all one. */
	query->remote = (struct sockaddr_storage){ .ss_family = AF_UNIX };
	xfr_verdict_set(&xfr, &query->qdata, NULL, &unanswered);
	memset((unsigned char *)&query->remote + sizeof(sa_family_t), 1, 30);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, NULL, &result),
		DANCE_FAIL_TIMEOUT);
}

static void without_a_question_nothing_is_kept(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr = { .verdict = DANCE_ALLOW };
	no_question(query);
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	check_verdict(xfr.verdict, DANCE_UNDECIDED);
}

static void another_connection_is_not_taken_for_it(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, second, &result),
		DANCE_UNDECIDED);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result), DANCE_ALLOW);
	xfr_verdict_set(&xfr, &query->qdata, NULL, &unanswered);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);
}

static void what_cannot_be_told_apart_is_not_kept(void **state)
{
	struct query *query = *state;
	struct xfr_verdict xfr;
	struct dance_result result = { .size = sizeof(result) };
	server_random_size = 0;
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	check_verdict(xfr.verdict, DANCE_UNDECIDED);
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);

	server_random_size = XFR_VERDICT_RANDOM_SIZE;
	xfr_verdict_set(&xfr, &query->qdata, first, &allowed);
	server_random_size = 0;
	check_verdict(xfr_verdict_get(&xfr, &query->qdata, first, &result),
		DANCE_UNDECIDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_recalled_of_nothing, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			the_same_transfer_is_recalled_with_the_name_and_entry, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_over_tls_is_recalled_but_never_allowed,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_name_may_be_as_long_as_names_are, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(another_query_is_not_taken_for_it, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(clients_are_told_apart_by_addresses_of_each_family,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_question_nothing_is_kept, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(another_connection_is_not_taken_for_it,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_told_apart_is_not_kept,
			set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
