/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An answer of libunbound about a list of clients. Input: what became of validation, and to the end
 * the message. Names are only of a validated one, and where libknot can read the message, they are
 * those that it finds; only names of clients get into the list. */

#include "client_list.h"

#include <libknot/libknot.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "input.h"
#include "target.h"

/* The names of the PTR records, as libknot reads them, are those of the answer in its order. */
static void compare_names(const knot_pkt_t *packet, const struct resolver_answer *told)
{
	const knot_pktsection_t *answers = knot_pkt_section(packet, KNOT_ANSWER);
	const knot_dname_t *owner = knot_pkt_qname(packet);
	const uint8_t *name = told->names;
	size_t found = 0;
	for (uint16_t i = 0; i < answers->count; i++) {
		const knot_rrset_t *record = knot_pkt_rr(answers, i);
		if (record->rclass != KNOT_CLASS_IN ||
			!knot_dname_is_case_equal(record->owner, owner)) {
			continue;
		}
		if (record->type == KNOT_RRTYPE_CNAME && found == 0) {
			owner = knot_cname_name(record->rrs.rdata);
		} else if (record->type == KNOT_RRTYPE_PTR) {
			must(found++ < told->count);
			must(name == NULL ||
				knot_dname_is_case_equal(name,
					knot_ptr_name(record->rrs.rdata)));
			name += name != NULL ? wire_name_size(name) : 0;
		}
	}
	must(found == told->count);
}

static void compare(struct dance_octets message, const struct resolver_answer *told)
{
	if (message.size > UINT16_MAX || told->outcome != RESOLVER_SECURE) {
		return;
	}
	uint8_t *copy = malloc(message.size);
	must(copy != NULL);
	memcpy(copy, message.data, message.size);
	knot_pkt_t *known = knot_pkt_new(copy, (uint16_t)message.size, NULL);
	must(known != NULL);
	if (knot_pkt_parse(known, 0) == KNOT_EOK) {
		must(knot_pkt_qtype(known) == KNOT_RRTYPE_PTR);
		compare_names(known, told);
	}
	knot_pkt_free(known);
	free(copy);
}

static void check_list(const struct resolver_answer *told)
{
	struct client_list *list = client_list_new(told);
	must(list != NULL && list->count <= CLIENT_LIST_MAX);
	must(list->count + list->left_out <= told->count);
	for (size_t i = 0; i < list->count; i++) {
		char text[DANCE_NAME_SIZE], error[DANCE_ERROR_SIZE];
		name_to_text(&list->names[i], text);
		must(dance_roster_check_name(text, error) && strchr("*@", text[0]) == NULL);
		must(client_list_has(list, &list->names[i]));
	}
	char text[DANCE_NAME_SIZE];
	const char *why = NULL;
	must(client_list_left_out(told, text, &why) == (list->left_out > 0));
	for (const char *at = text; list->left_out > 0 && *at != '\0'; at++) {
		must(*at > ' ' && *at <= '~');
	}
	struct client_list *copy = client_list_copy(list);
	must(client_list_is_same(list, copy));
	free(copy);
	free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	int security = input_octet(&input);
	struct dance_octets message = input_copy(&input, input.data, input.size);
	struct answer answer;
	answer_read_names(&answer, 0, message.data, (int)message.size, security, NULL);
	const struct resolver_answer *told = &answer.told;
	must(told->records == NULL && told->broken == 0 && told->why != NULL);
	must((told->outcome == RESOLVER_SECURE) == (told->count > 0));
	must(told->outcome != RESOLVER_SECURE || security == ANSWER_SECURE);
	must((told->names != NULL) ==
		(told->outcome == RESOLVER_SECURE && told->count <= RESOLVER_NAME_MAX));
	check_list(told);
	compare(message, told);
	answer_clear(&answer);
	input_end(&input);
	return 0;
}
