-- An item of an access control list shows roles, by OID.
SELECT makeaclitem(:beta_role_oid, :beta_role_oid, 'SELECT', false);
SELECT acldefault('r', :beta_role_oid);
