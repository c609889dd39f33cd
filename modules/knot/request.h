/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What a message asks of knotd, as its ACL sees it, and in words for the log. */

#pragma once

#include <stdbool.h>

#include <arpa/inet.h>
#include <knot/module.h>

#define REQUEST_REMOTE_SIZE (INET6_ADDRSTRLEN + 8)
#define REQUEST_ZONE_SIZE (KNOT_DNAME_TXT_MAXLEN + 5)

/* The action of the ACL, as an ACL_BIT; 0 for an ordinary query. To read a catalog zone by
 * queries is to transfer it. */
unsigned request_action(const knotd_qdata_t *qdata, const knotd_mod_t *mod, bool catalog);

/* "AXFR" */
const char *request_type(const knotd_qdata_t *qdata);

/* "TLS" */
const char *request_protocol(const knotd_qdata_t *qdata);

/* "192.0.2.1@53" */
void request_remote(const knotd_qdata_t *qdata, char text[REQUEST_REMOTE_SIZE]);

/* " example.com.", or nothing where knotd names the zone itself. */
void request_zone(const knotd_qdata_t *qdata, const knotd_mod_t *mod,
	char text[REQUEST_ZONE_SIZE]);
