/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Answers that are errors. Knows how knotd makes them from a query's state; why a client is
 * refused is decided elsewhere. */

#include "answer.h"

#include <string.h>

#include "../extended_error.h"

/* knotd itself adds an extended error without text. */
static void put_extended_error(knotd_qdata_t *qdata, enum dance_verdict verdict)
{
	const char *text = dance_verdict_text(verdict);
	size_t size = strlen(text);
	uint8_t option[2 + EXTENDED_ERROR_TEXT_MAX];
	if (knot_rrset_empty(&qdata->opt_rr) || size > EXTENDED_ERROR_TEXT_MAX) {
		qdata->rcode_ede = extended_error(verdict);
		return;
	}
	knot_wire_write_u16(option, (uint16_t)extended_error(verdict));
	memcpy(option + 2, text, size);
	int ret = knot_edns_add_option(&qdata->opt_rr, KNOT_EDNS_OPTION_EDE,
		(uint16_t)(2 + size), option, qdata->mm);
	qdata->rcode_ede = ret == KNOT_EOK ? KNOT_EDNS_EDE_NONE : extended_error(verdict);
}

knotd_state_t answer_refused(knotd_qdata_t *qdata, enum dance_verdict verdict)
{
	qdata->rcode = dance_verdict_class(verdict) == DANCE_CLASS_FAIL ?
		KNOT_RCODE_SERVFAIL :
		KNOT_RCODE_NOTAUTH;
	qdata->params->flags &= ~KNOTD_QUERY_FLAG_AUTHORIZED;
	put_extended_error(qdata, verdict);
	return KNOTD_STATE_FAIL;
}

knotd_state_t answer_unknown(knotd_qdata_t *qdata, enum dance_verdict verdict)
{
	/* knotd has put its options into the OPT record, and puts them there once more. */
	if (!knot_rrset_empty(&qdata->opt_rr)) {
		uint16_t payload = knot_edns_get_payload(&qdata->opt_rr);
		bool dnssec = knot_edns_do(&qdata->opt_rr);
		knot_rrset_clear(&qdata->opt_rr, qdata->mm);
		if (knot_edns_init(&qdata->opt_rr, payload, 0, KNOT_EDNS_VERSION,
			    qdata->mm) != KNOT_EOK) {
			return KNOTD_STATE_DONE;
		}
		if (dnssec) {
			knot_edns_set_do(&qdata->opt_rr);
		}
	}
	qdata->rcode = KNOT_RCODE_SERVFAIL;
	put_extended_error(qdata, verdict);
	return KNOTD_STATE_FAIL;
}
