# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: the text of an extended error may fill its room
# Cost: dear
s/sizeof\(reply->ede_text\) - 1;/sizeof(reply->ede_text);/
