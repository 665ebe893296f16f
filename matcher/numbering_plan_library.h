// What libphonenumber exports and no installed header declares.
#pragma once

namespace i18n::phonenumbers {
int metadata_size();
const void* metadata_get();
}  // namespace i18n::phonenumbers
