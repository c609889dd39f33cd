/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads a query's state. Knows knotd's types of queries and transports, and decides
 * nothing. */

#include "request.h"

#include <stdio.h>
#include <string.h>

#include "acl.h"

/* Looks in the zone of the query for this label right below the apex. False if there is no such
 * name; where there is one, it need not have records of this type. */
static bool find_below_apex(const knotd_qdata_t *qdata, const char *label, uint16_t type,
	knot_rrset_t *found)
{
	uint8_t name[KNOT_DNAME_MAXLEN];
	const knot_dname_t *zone = knotd_qdata_zone_name(qdata);
	size_t zone_size = knot_dname_size(zone), size = strlen(label);
	if (zone_size == 0 || 1 + size + zone_size > sizeof(name)) {
		return false;
	}
	name[0] = (uint8_t)size;
	memcpy(name + 1, label, size);
	memcpy(name + 1 + size, zone, zone_size);
	return knotd_qdata_zone_rrset(qdata, NULL, name, type, found) == KNOT_EOK;
}

/* The version of the schema: 2 (RFC 9432 4.2.1), or the 1 of its early drafts. */
static bool has_catalog_version(const knotd_qdata_t *qdata)
{
	knot_rrset_t version;
	if (!find_below_apex(qdata, "version", KNOT_RRTYPE_TXT, &version)) {
		return false;
	}
	knot_rdata_t *at = version.rrs.rdata;
	for (uint16_t i = 0; i < version.rrs.count; i++, at = knot_rdataset_next(at)) {
		if (at->len == 2 && at->data[0] == 1 &&
			(at->data[1] == '1' || at->data[1] == '2')) {
			return true;
		}
	}
	return false;
}

/* Tells a catalog zone by its content, for a module that cannot read the zone's configuration. A
 * catalog must have a version, and everything else in it stands below "zones" or "ext" (RFC 9432
 * 4.1, 4.2.1, 4.4). It should have "invalid." as its only NS record (RFC 9432 4), which is enough
 * as well. */
static bool looks_like_catalog(const knotd_qdata_t *qdata)
{
	static const uint8_t invalid[] = "\x07"
					 "invalid";
	knot_rrset_t ns = knotd_qdata_zone_apex_rrset(qdata, KNOT_RRTYPE_NS), content;
	if (ns.rrs.count == 1 && ns.rrs.rdata->len == sizeof(invalid) &&
		memcmp(ns.rrs.rdata->data, invalid, sizeof(invalid)) == 0) {
		return true;
	}
	return has_catalog_version(qdata) &&
		(find_below_apex(qdata, "zones", KNOT_RRTYPE_PTR, &content) ||
			find_below_apex(qdata, "ext", KNOT_RRTYPE_TXT, &content));
}

unsigned request_action(const knotd_qdata_t *qdata, const knotd_mod_t *mod, bool catalog)
{
	switch (qdata->type) {
	case KNOTD_QUERY_TYPE_AXFR:
	case KNOTD_QUERY_TYPE_IXFR:
		return ACL_BIT(ACL_TRANSFER);
	case KNOTD_QUERY_TYPE_NOTIFY:
		return ACL_BIT(ACL_NOTIFY);
	case KNOTD_QUERY_TYPE_UPDATE:
		return ACL_BIT(ACL_UPDATE);
	case KNOTD_QUERY_TYPE_NORMAL:
		if (catalog || (knotd_mod_zone(mod) == NULL && looks_like_catalog(qdata))) {
			return ACL_BIT(ACL_TRANSFER);
		}
		return 0;
	case KNOTD_QUERY_TYPE_INVALID:
		break;
	}
	return 0;
}

const char *request_type(const knotd_qdata_t *qdata)
{
	switch (qdata->type) {
	case KNOTD_QUERY_TYPE_AXFR:
		return "AXFR";
	case KNOTD_QUERY_TYPE_IXFR:
		return "IXFR";
	case KNOTD_QUERY_TYPE_NOTIFY:
		return "NOTIFY";
	case KNOTD_QUERY_TYPE_UPDATE:
		return "UPDATE";
	case KNOTD_QUERY_TYPE_NORMAL:
	case KNOTD_QUERY_TYPE_INVALID:
		break;
	}
	return "query";
}

const char *request_protocol(const knotd_qdata_t *qdata)
{
	switch (qdata->params->proto) {
	case KNOTD_QUERY_PROTO_UDP:
		return "UDP";
	case KNOTD_QUERY_PROTO_TCP:
		return "TCP";
	case KNOTD_QUERY_PROTO_QUIC:
		return "QUIC";
	case KNOTD_QUERY_PROTO_TLS:
		break;
	}
	return "TLS";
}

void request_remote(const knotd_qdata_t *qdata, char text[REQUEST_REMOTE_SIZE])
{
	const struct sockaddr_storage *remote = knotd_qdata_remote_addr(qdata);
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)remote;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)remote;
	char address[INET6_ADDRSTRLEN] = "";
	switch (remote->ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &v4->sin_addr, address, sizeof(address));
		snprintf(text, REQUEST_REMOTE_SIZE, "%s@%u", address, ntohs(v4->sin_port));
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &v6->sin6_addr, address, sizeof(address));
		snprintf(text, REQUEST_REMOTE_SIZE, "%s@%u", address, ntohs(v6->sin6_port));
		break;
	default:
		snprintf(text, REQUEST_REMOTE_SIZE, "UNIX socket");
		break;
	}
}

/* A module of all zones names the zone itself; for one of a zone knotd does. */
void request_zone(const knotd_qdata_t *qdata, const knotd_mod_t *mod,
	char text[REQUEST_ZONE_SIZE])
{
	knot_dname_txt_storage_t name;
	const knot_dname_t *zone = knotd_qdata_zone_name(qdata);
	text[0] = '\0';
	if (knotd_mod_zone(mod) != NULL) {
		return;
	}
	if (zone == NULL) {
		zone = knot_pkt_qname(qdata->query);
	}
	if (zone != NULL && knot_dname_to_str(name, zone, sizeof(name)) != NULL) {
		snprintf(text, REQUEST_ZONE_SIZE, " %s", name);
	}
}
