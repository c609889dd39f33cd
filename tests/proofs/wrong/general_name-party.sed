# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: an EDIPartyName need have no party
# Cost: cheap
s/return der_take\(&content, TAG_PARTY, &part\) && content/return content/
