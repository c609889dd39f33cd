/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names of certificates in DER, from a text that a table can hold. */

#pragma once

#include "der_writer.h"

/* A Name: "C=NL/O=Acme/CN=a+OU=b", RDNs and in them attributes (C, O, OU, CN, DC, E). A letter
 * after a colon is the type of the value: u UTF8String (if none), p PrintableString, n
 * NumericString, t TeletexString, i IA5String, v VisibleString, w UniversalString, b BMPString,
 * x INTEGER. "#" instead of "=": the value is in hexadecimal digits. */
void name_put_dn(struct der *to, const char *text);

/* GeneralNames, with a bar between two: dns:, email:, uri: and text; ip:, rid:, x400:, edi:,
 * and hexadecimal digits; dir: and a name as above; utf8mail: and srv: for otherNames of these
 * types. */
void name_put_general(struct der *to, const char *text);

/* NameConstraints; NULL: no such list. Behind a base may stand " min N", " max N", each with one
 * digit. */
void name_put_constraints(struct der *to, const char *permitted, const char *excluded);
