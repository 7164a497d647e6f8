<?php

/*
 * Sinkronisasi status sertifikat pegawai, versi 1 (GET) dan versi 2 (POST), satu koneksi untuk semua.
 * Pemakaian: php status.php NIK [NIK ...]
 */

$c = curl_init();
curl_setopt_array($c, array(
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_USERPWD => getenv('ESIGN_USER') . ':' . getenv('ESIGN_PASS'),
    CURLOPT_TIMEOUT => 7,
    CURLOPT_COOKIEFILE => '',
));

$hasil = array();
foreach (array_slice($argv, 1) as $nik) {
    curl_setopt($c, CURLOPT_HTTPGET, true);
    curl_setopt($c, CURLOPT_HTTPHEADER, array());
    curl_setopt($c, CURLOPT_URL, getenv('ESIGN_URL') . '/api/user/status/' . $nik);
    $v1 = json_decode(curl_exec($c));

    curl_setopt($c, CURLOPT_URL, getenv('ESIGN_URL') . '/api/v2/user/check/status');
    curl_setopt($c, CURLOPT_POST, true);
    curl_setopt($c, CURLOPT_POSTFIELDS, json_encode(array('nik' => $nik)));
    curl_setopt($c, CURLOPT_HTTPHEADER, array('Content-Type: application/json'));
    $v2 = json_decode(curl_exec($c));

    $hasil[$nik] = array(
        'aktif' => $v1->status_code == 1111,
        'sama' => ($v1->status_code == 1111) === ($v2->status === 'ISSUE'),
        'status' => $v2->status,
        'pesan' => $v1->message,
    );
}
echo json_encode($hasil), "\n";
