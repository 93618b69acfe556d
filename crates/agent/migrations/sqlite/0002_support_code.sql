-- The support code of a device is the end of its installation's id.
CREATE INDEX tickets_by_support_code ON tickets (substr(installation, -10));
