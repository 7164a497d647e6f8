<?php

/*
 * Loket: periksa surat yang diterima, versi 1 (formulir) dan versi 2 (JSON), lalu tampilkan rinciannya.
 * Pemakaian: php verify.php surat.pdf [surat lain ...]
 */

error_reporting(E_ALL);
// peringatan PHP (indeks tidak ada) dianggap kesalahan
set_error_handler(function ($nomor, $pesan) {
    fwrite(STDERR, $pesan . "\n");
    exit(2);
});

function panggil($path, $isi, $jenis = null)
{
    $c = curl_init(getenv('ESIGN_URL') . $path);
    curl_setopt($c, CURLOPT_POST, 1);
    curl_setopt($c, CURLOPT_POSTFIELDS, $isi);
    curl_setopt($c, CURLOPT_USERPWD, getenv('ESIGN_USER') . ':' . getenv('ESIGN_PASS'));
    curl_setopt($c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_setopt($c, CURLOPT_RETURNTRANSFER, 1);
    if ($jenis) {
        curl_setopt($c, CURLOPT_HTTPHEADER, array('Content-Type: ' . $jenis, 'Accept: application/json, text/plain, */*'));
    }
    return json_decode(curl_exec($c), true);
}

$hasil = array();
foreach (array_slice($argv, 1) as $surat) {
    $v1 = panggil('/api/sign/verify', array('signed_file' => new CURLFile($surat, 'application/pdf', basename($surat))));
    $v2 = panggil('/api/v2/verify/pdf', json_encode(array(
        'file' => base64_encode(file_get_contents($surat)),
        'password' => null,
    )), 'application/json');

    $baris = array('nama' => $v1['nama_dokumen'], 'summary' => $v1['summary'], 'conclusion' => $v2['conclusion'], 'ttd' => array());
    foreach ($v1['details'] as $i => $detail) {
        $info = $v2['signatureInformations'][$i];
        // Y-m-d H:i:s.v: tanpa pecahan detik tidak terbaca
        $jam = DateTime::createFromFormat('Y-m-d H:i:s.v', $detail['signature_document']['signed_in'], new DateTimeZone('Asia/Jakarta'));
        $jam2 = new DateTime($info['signatureDate']);
        $baris['ttd'][] = array(
            'nama' => $detail['info_signer']['signer_name'],
            'penerbit' => $detail['info_signer']['issuer_dn'],
            'utuh' => $detail['signature_document']['document_integrity'] && $info['integrityValid'],
            'tsa' => $detail['info_tsa']['name'] === ($info['timestampInfomation'] ? $info['timestampInfomation']['signerName'] : null),
            'jamSama' => $jam->getTimestamp() === $jam2->getTimestamp(),
            'rantai' => array_column($info['certificateDetails'], 'commonName'),
        );
    }
    $hasil[] = $baris;
}
echo json_encode($hasil), "\n";
